import { BINARY_LOOK, isBinary, skipsBlame } from '../../activities/stages/blame-rules.ts';
import { ObjectReader } from '../../src/git/objects.ts';
import { decodeText } from '../../src/git/text.ts';
import { listTree } from '../../src/git/tree.ts';
import type { GitPlace } from '../support/git.ts';

/** Paths of a commit's files that the product blames. */
export async function blamedFiles(place: GitPlace, commit: string): Promise<Buffer[]> {
  const paths: Buffer[] = [];
  const blobs = new ObjectReader(place);
  try {
    for await (const entries of listTree(place, commit)) {
      for (const { path, hash } of entries) {
        if (skipsBlame(decodeText(path))) continue;
        const { content, size } = await blobs.read(hash, BINARY_LOOK, BINARY_LOOK);
        if (size > 0 && !isBinary(content)) paths.push(path);
      }
    }
  } finally {
    await blobs.close();
  }
  return paths;
}
