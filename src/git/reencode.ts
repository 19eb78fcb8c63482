import { Interrupted } from '../model/errors.ts';
import type { Commit } from './commit.ts';
import { gitOutput } from './process.ts';
import type { GitRepository } from './repository.ts';
import { NUL, split } from './split.ts';
import { decodeText } from './text.ts';

/** The text of a commit, in whatever encoding the object has it. */
export interface CommitText {
  authorName: string;
  authorEmail: string;
  committerName: string;
  committerEmail: string;
  message: string;
}

const FORMAT = ['%H', '%at%ct', '%an', '%ae', '%cn', '%ce'];

/** A walk over the given commits alone. Times in a commit-graph have only 34 bits, and here it saves nothing. */
const ARGS = ['log', '--stdin', '--no-walk=unsorted', '--encoding=UTF-8', '-z'];
const CONFIG = ['core.commitGraph=false'];

/**
 * Has git decode the text of commits by their `encoding` header: it knows every encoding of its iconv, converts the whole
 * object before it looks for names, and leaves text unchanged that it can't convert.
 * @param messages Whether messages are read; else they are ''.
 * @returns Texts by hash, without those of commits whose header doesn't survive the conversion, as from UTF-16 or EBCDIC:
 *   git finds no end of the header then, and prints whatever its memory holds for the message.
 */
export async function readCommitTexts(repository: GitRepository, hashes: readonly string[], messages: boolean): Promise<Map<string, CommitText>> {
  const texts = new Map<string, CommitText>();
  if (hashes.length === 0) return texts;
  const fields = messages ? [...FORMAT, '%B'] : FORMAT;
  const output = gitOutput(repository, [...ARGS, `--format=${fields.join('%x00')}`], { input: [`${hashes.join('\n')}\n`], config: CONFIG });
  let values: string[] = [];
  let count = 0;
  for await (const pieces of split(output, NUL)) {
    for (const piece of pieces) {
      values.push(decodeText(piece));
      if (values.length < fields.length) continue;
      const [hash = '', times = '', authorName = '', authorEmail = '', committerName = '', committerEmail = '', message = ''] = values;
      const header = [times, authorName, authorEmail, committerName, committerEmail];
      if (header.some((value) => value !== '')) texts.set(hash, { authorName, authorEmail, committerName, committerEmail, message });
      values = [];
      count += 1;
    }
  }
  if (count < new Set(hashes).size) throw new Interrupted(`git log ended without an answer for ${new Set(hashes).size - count} commits`);
  return texts;
}

/** The commit with its text replaced; times and parents stay those of the object, and so does a message that is empty. */
export function withText({ author, committer, parents, message }: Commit, text: CommitText): Commit {
  return {
    author: { ...author, name: text.authorName, email: text.authorEmail },
    committer: { ...committer, name: text.committerName, email: text.committerEmail },
    parents,
    message: message === '' ? '' : text.message,
  };
}
