import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addBigFiles, addManyFiles } from './awkward/big-files.ts';
import { addContents } from './awkward/contents.ts';
import { addIdentities } from './awkward/identities.ts';
import { addMerges, addUnrelatedRoot } from './awkward/merges.ts';
import { addMessages } from './awkward/messages.ts';
import { addModes } from './awkward/modes.ts';
import { addPaths } from './awkward/paths.ts';
import { addPullRequests } from './awkward/pull-requests.ts';
import { makeRefs, writeRefs } from './awkward/refs.ts';
import { addMassRename, addRenames } from './awkward/renames.ts';
import { makeWorkTree } from './awkward/work-tree.ts';
import { initRepository } from './git.ts';
import { Branch, Clock } from './history.ts';
import { ObjectWriter } from './objects.ts';

/** Hashes of what an awkward repository holds, by what is odd about it. */
export type AwkwardRepository = Awaited<ReturnType<typeof makeAwkwardRepository>>;

/**
 * Makes a repository with everything in it that git lets in, however seldom it is met; the same one, to the
 * hash, each time. All of it is in the history of `main`, which is HEAD, but for what the refs add.
 */
export async function makeAwkwardRepository(dir: string) {
  const objects = new ObjectWriter();
  const clock = new Clock();
  const main = new Branch(objects, clock);
  const root = main.write('README.md', '# Awkward\n').write('.gitignore', 'ignored/\n*.log\n').commit('Initial commit\n');
  const features = {
    ...addMassRename(main),
    ...addUnrelatedRoot(main, new Branch(objects, clock)),
    ...addMerges(main),
    ...addRenames(main),
    ...addBigFiles(main),
    ...addContents(main),
    ...addModes(main),
    ...addIdentities(main),
    ...addMessages(main),
    ...addPaths(main),
    ...addPullRequests(main),
    ...addManyFiles(main),
  };
  // Whoever heeds it sees another README.
  const replacedBlob = main.write('replaced.txt', 'original contents\n').files.get('replaced.txt')?.hash ?? '';
  const head = main.append('README.md', 'The end.\n').commit('HEAD\n');
  const { refs, ...unusual } = makeRefs(main, { ...features, head, older: features.pathsAdded });

  initRepository(dir);
  objects.writeTo(dir);
  writeRefs(dir, [...refs, [`refs/replace/${features.simpleMerge}`, unusual.replacement], [`refs/replace/${replacedBlob}`, unusual.otherBlob]]);
  // A parent more, and parents the other way round. With a parent less git couldn't clone the repository.
  mkdirSync(join(dir, '.git/info'), { recursive: true });
  const grafts = [
    [features.lastOfManyVersions, ...parentsOf(objects, features.lastOfManyVersions), root],
    [features.noFastForward, ...parentsOf(objects, features.noFastForward).reverse()],
  ];
  writeFileSync(join(dir, '.git/info/grafts'), grafts.map((graft) => `${graft.join(' ')}\n`).join(''));
  writeFileSync(join(dir, '.git/info/attributes'), '*.txt -diff\n*.js binary\n');
  makeWorkTree(dir, main);
  return { dir, head, root, replacedBlob, ...features, ...unusual };
}

function parentsOf(objects: ObjectWriter, commit: string): string[] {
  return [
    ...objects
      .read(commit)
      .toString()
      .matchAll(/^parent (.*)$/gm),
  ].map(([, hash]) => hash as string);
}
