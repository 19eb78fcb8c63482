/** One item of a pattern: any run of characters, or the characters that fit there. */
type PatternItem = 'run' | ((character: string) => boolean);

/**
 * Returns a test for full names with the semantics of Python's fnmatch, which older selections were written for:
 * case-insensitive, `*` and `?` match '/' too, `[ab]`, `[a-c]` and `[!ab]` are sets, nothing else is special,
 * and a bracket that is never closed stands for itself. Takes at most the product of both lengths in steps, whatever
 * the pattern: glob libraries make a regular expression of it, and those can be made to run forever.
 */
export function matchesPattern(pattern: string): (name: string) => boolean {
  const items = read([...pattern.toLowerCase()]);
  return (name) => fits(items, [...name.toLowerCase()]);
}

function read(pattern: readonly string[]): PatternItem[] {
  const items: PatternItem[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    const end = character === '[' ? endOfSet(pattern, at + 1) : -1;
    if (character === '*') {
      if (items.at(-1) !== 'run') items.push('run');
    } else if (character === '?') items.push(() => true);
    else if (end !== -1) {
      items.push(set(pattern.slice(at + 1, end)));
      at = end;
    } else items.push((other) => other === character);
  }
  return items;
}

/** Where the set that begins at `start` is closed, or -1; a bracket that comes first belongs to the set. */
function endOfSet(pattern: readonly string[], start: number): number {
  const first = pattern[start] === '!' ? start + 1 : start;
  return pattern.indexOf(']', first + 1);
}

function set(members: readonly string[]): PatternItem {
  const negated = members[0] === '!';
  const ranges: [string, string][] = [];
  for (let at = negated ? 1 : 0; at < members.length; at++) {
    const from = members[at] as string;
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  const order = (character: string) => character.codePointAt(0) ?? 0;
  return (character) => ranges.some(([from, to]) => order(from) <= order(character) && order(character) <= order(to)) !== negated;
}

function fits(items: readonly PatternItem[], name: readonly string[]): boolean {
  let place = 0;
  let run = -1;
  // The end of the latest run: only this one ever grows, because it can cover whatever an earlier one could.
  let end = 0;
  for (let at = 0; at < name.length; ) {
    const expected = items[place];
    if (expected === 'run') {
      run = place++;
      end = at;
    } else if (expected?.(name[at] as string) === true) {
      place++;
      at++;
    } else if (run !== -1) {
      place = run + 1;
      at = ++end;
    } else return false;
  }
  return items.slice(place).every((rest) => rest === 'run');
}
