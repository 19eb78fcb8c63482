import { type Branch, lines } from '../history.ts';

/** `count` lines of equal length, the first `changed` of them different in `version`: so much of a similarity. */
function text(count: number, name: string, version = 0, changed = 0): string {
  const line = (index: number) => `${name} ${index < changed ? version : 0} ${String(index).padStart(20, '0')}\n`;
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

/** Renames that git finds at 50%, ones that it doesn't, and ones where it has to choose. */
export function addRenames(main: Branch) {
  const at = (name: string) => `renames/${name}`;
  for (const name of ['pure', 'above', 'exact', 'below', 'mode', 'swap-1', 'swap-2', 'onto', 'merge', 'twice']) {
    main.write(at(name), text(20, name));
  }
  for (const name of ['a', 'b', 'c', 'd/e']) main.write(at(`folder/${name}.txt`), text(8, `folder ${name}`));
  main.write(at('empty'), '').write(at('tiny'), 'x\n').write(at('original'), text(20, 'original')).commit('Files to rename');

  const pureRename = main.move(at('pure'), at('pure, moved')).commit('Rename');
  // 11, 10 and 9 of 20 lines stay the same.
  const rename = (from: string, changed: number) =>
    main
      .remove(at(from))
      .write(at(`${from}, moved`), text(20, from, 1, changed))
      .commit(`Rename ${from}`);
  const renameAbove = rename('above', 9);
  const renameExact = rename('exact', 10);
  const renameBelow = rename('below', 11);

  for (const name of ['a', 'b', 'c', 'd/e']) main.move(at(`folder/${name}.txt`), at(`directory/${name}.txt`));
  const directoryRename = main.commit('Rename a directory');

  const [first, second] = [main.read(at('swap-1')), main.read(at('swap-2'))];
  const swap = main.write(at('swap-1'), second).write(at('swap-2'), first).commit('Swap two files');

  const renameAndMode = main.move(at('mode'), at('mode, moved')).chmod(at('mode, moved'), '100755').commit('Rename + mode');
  const caseRename = main.move(at('twice'), at('TWICE')).commit('Rename, only the case');
  main.move(at('TWICE'), at('thrice')).commit('Rename again');
  main.move(at('thrice'), at('twice')).commit('Rename back');
  // The target exists already, so git sees a change and a deletion.
  const renameOnto = main.move(at('onto'), at('pure, moved')).commit('Rename onto another file');
  const emptyRename = main.move(at('empty'), at('empty, moved')).commit('Rename an empty file');
  main.move(at('tiny'), at('tiny, moved')).commit('Rename a tiny file');

  // Copies aren't looked for: additions.
  main.copy(at('original'), at('copy')).write(at('copy, edited'), text(20, 'original', 1, 3));
  const copies = main.append(at('original'), 'one more\n').commit('Copy');

  // One deletion and two likely targets, then two sources and one target, of one base name and not.
  main.write(at('x/choice.txt'), text(12, 'choice')).commit('A choice');
  main.move(at('x/choice.txt'), at('y/choice.txt')).write(at('y/other.txt'), text(12, 'choice'));
  const ambiguousRename = main.commit('One file becomes two');
  main
    .remove(at('y'))
    .write(at('z/choice.txt'), text(12, 'choice', 1, 1))
    .commit('Two files become one');
  main.write(at('z/choice.txt'), lines(15, 'nothing alike')).commit('A complete rewrite');

  // On a side branch, with main changing the file under its old name.
  const side = main.fork();
  side.move(at('merge'), at('merge, moved on the side')).commit('Rename on the side');
  main.change(at('merge'), { 10: 'changed under the old name' }).commit('Change meanwhile');
  main.absorb(side).change(at('merge, moved on the side'), { 10: 'changed under the old name' });
  const renameMerge = main.commit('Merge the rename', { with: [side] });
  // Done by the merge commit itself.
  const bystander = main.fork();
  bystander.write(at('bystander'), 'by\n').commit('Bystander');
  main.move(at('merge, moved on the side'), at('merge, moved by the merge'));
  const renameInMerge = main.merge([bystander], 'Merge, and rename');
  // Both sides rename one file to different names, the merge keeps both.
  const other = main.fork();
  other.move(at('below, moved'), at('below, one')).commit('Rename to one name');
  main.move(at('below, moved'), at('below, two')).commit('Rename to another name');
  main.copy(at('below, two'), at('below, one'));
  const renamedTwice = main.commit('Merge both names', { with: [other] });

  // biome-ignore format: a list of names
  return {
    pureRename, renameAbove, renameExact, renameBelow, directoryRename, swap, renameAndMode, caseRename, renameOnto,
    emptyRename, copies, ambiguousRename, renameMerge, renameInMerge, renamedTwice,
  };
}

/** How many files {@link addMassRename} renames: more than git's default limit of 1,000 either way. */
export const MASS = 1_010;

/**
 * So many inexact renames at once that git gives up looking unless told to go on. Below vendor/, so
 * that nobody has to blame them.
 */
export function addMassRename(main: Branch) {
  const numbers = Array.from({ length: MASS }, (_, index) => index);
  const content = (index: number) => Array.from({ length: 4 }, (_, line) => `${index}-${line}-${index * 7919}\n`).join('');
  for (const index of numbers) main.write(`vendor/old/${index}.txt`, content(index));
  main.commit('A thousand files');
  for (const index of numbers) {
    main.remove(`vendor/old/${index}.txt`).write(`vendor/new/f${index}`, `${content(index)}and a line\n`);
  }
  const massRename = main.commit('A thousand renames with edits');
  for (const index of numbers.slice(20)) main.files.delete(`vendor/new/f${index}`);
  main.commit('Most of them go');
  return { massRename };
}
