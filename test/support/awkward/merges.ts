import { type Branch, lines } from '../history.ts';

/** Every shape of merge; first-parent stats and blame must take the right side of each. */
export function addMerges(main: Branch) {
  main.write('merges/shared.txt', lines(30)).write('merges/stable.txt', lines(5)).commit('Files to merge');

  const side = main.fork();
  side.change('merges/shared.txt', { 3: 'three, from the side' }).commit('Side change');
  main.change('merges/shared.txt', { 20: 'twenty, from main' }).commit('Main change');
  main.absorb(side);
  main.change('merges/shared.txt', { 3: 'three, from the side', 20: 'twenty, from main' });
  const simpleMerge = main.commit("Merge branch 'side'", { with: [side] });

  // Hunks of one file come from four sides.
  const arms = [1, 2, 3].map((arm) => {
    const branch = main.fork();
    branch.write(`merges/arm-${arm}.txt`, lines(4, `arm ${arm}`)).commit(`Arm ${arm}`);
    return branch;
  });
  const octopus = main.merge(arms, "Merge branches 'arm-1', 'arm-2' and 'arm-3'");

  const criss = main.fork();
  const cross = main.fork();
  criss.change('merges/shared.txt', { 5: 'five, criss' }).commit('Criss');
  cross.change('merges/shared.txt', { 25: 'twenty-five, cross' }).commit('Cross');
  const both = { 5: 'five, criss', 25: 'twenty-five, cross' };
  const [crissBefore, crossBefore] = [criss.fork(), cross.fork()];
  criss.change('merges/shared.txt', both).commit('Merge cross into criss', { with: [crossBefore] });
  cross.change('merges/shared.txt', both).commit('Merge criss into cross', { with: [crissBefore] });
  main.absorb(criss);
  const crissCross = main.commit('Merge the criss-cross', { with: [criss, cross] });

  // The resolution has a line that is in neither parent: it is the merge's own.
  const left = main.fork();
  left.change('merges/shared.txt', { 10: 'ten, left' }).commit('Left');
  main.change('merges/shared.txt', { 10: 'ten, right' }).commit('Right');
  main.change('merges/shared.txt', { 10: 'ten, resolved by hand' });
  const resolvedMerge = main.commit('Merge left, with a conflict', { with: [left] });

  // An evil merge: a file and an edit that no parent knows.
  const plain = main.fork();
  plain.write('merges/plain.txt', lines(3)).commit('Plain');
  main.write('merges/evil.txt', 'only the merge made this\n').change('merges/stable.txt', { 2: 'evil' });
  const evilMerge = main.merge([plain], 'Merge plain, and slip something in');

  // Nothing of the side is kept (-s ours): no stats against the first parent.
  const dropped = main.fork();
  dropped.change('merges/shared.txt', { 1: 'dropped' }).commit('Work that is dropped');
  const oursMerge = main.commit('Merge dropped with -s ours', { with: [dropped] });

  // Nothing of the first parent is kept (-s theirs): blame goes to the second parent alone.
  const theirs = main.fork();
  theirs.change('merges/shared.txt', { 28: 'theirs' }).commit('Theirs');
  main.change('merges/shared.txt', { 29: 'lost' }).commit('Lost');
  main.files.clear();
  for (const [path, entry] of theirs.files) main.files.set(path, entry);
  const theirsMerge = main.commit('Merge theirs with everything', { with: [theirs] });

  // Both sides make the same change: blame goes to the first parent's commit.
  const twin = main.fork();
  twin.change('merges/shared.txt', { 15: 'same on both sides' }).commit('Same change, side');
  main.change('merges/shared.txt', { 15: 'same on both sides' }).commit('Same change, main');
  const sameChangeMerge = main.commit('Merge the same change', { with: [twin] });

  // Changed on a side branch and reverted there: the merge brings nothing.
  const undone = main.fork();
  const original = undone.read('merges/stable.txt');
  undone.change('merges/stable.txt', { 4: 'for a moment' }).commit('Change');
  undone.write('merges/stable.txt', original).commit('Revert "Change"');
  const revertedMerge = main.commit('Merge a change and its revert', { with: [undone] });

  // --no-ff, and a merge of what is an ancestor already.
  const ancestor = main.fork();
  const ahead = main.fork();
  ahead.write('merges/ahead.txt', 'ahead\n').commit('Ahead');
  const noFastForward = main.merge([ahead], "Merge branch 'ahead'");
  const ancestorMerge = main.commit('Merge an ancestor', { with: [ancestor] });
  // git writes no such commit, but others did: both parents are one.
  const sameParentTwice = main.commit('Merge itself', { parents: [main.tip, main.tip] });

  // Made again after it was deleted: with the same contents, and with others.
  main.write('merges/phoenix.txt', lines(6, 'phoenix')).commit('Phoenix');
  main.remove('merges/phoenix.txt').commit('Phoenix dies');
  main.write('merges/phoenix.txt', lines(6, 'phoenix'));
  const sameAgain = main.commit('Phoenix rises the same');
  main.remove('merges/phoenix.txt').commit('Phoenix dies again');
  main.write('merges/phoenix.txt', `new\n${lines(6, 'phoenix')}`).commit('Phoenix rises changed');
  // A deletion on one side, an edit on the other; the edit wins.
  const deleter = main.fork();
  deleter.remove('merges/phoenix.txt').commit('Phoenix deleted on the side');
  main.append('merges/phoenix.txt', 'edited\n').commit('Phoenix edited');
  const deletionLost = main.commit('Merge the deletion, keep the file', { with: [deleter] });

  // biome-ignore format: a list of names
  return {
    simpleMerge, octopus, crissCross, resolvedMerge, evilMerge, oursMerge, theirsMerge, sameChangeMerge,
    revertedMerge, noFastForward, ancestorMerge, sameParentTwice, sameAgain, deletionLost,
  };
}

/** A second root, with an empty tree, whose history is merged into main's. */
export function addUnrelatedRoot(main: Branch, stranger: Branch) {
  const emptyRoot = stranger.commit('An empty root');
  stranger.write('stranger/from-afar.txt', lines(4, 'afar')).commit('A file of the other root');
  const unrelatedMerge = main.merge([stranger], 'Merge an unrelated history');
  const emptyCommit = main.commit('Nothing changed');
  main.commit('Nothing changed again');
  return { emptyRoot, unrelatedMerge, emptyCommit };
}
