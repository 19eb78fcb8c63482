import picomatch from 'picomatch';

/** A character that stands for '/' on both sides, so that `*` and `?` match it as fnmatch's do. */
const SLASH = '\u2215';

/**
 * A test for full names by a pattern as fnmatch reads it: upper and lower case alike, `*` and `?` match '/' too,
 * `[ab]` and `[!ab]` are sets, nothing else is special.
 */
export function matchesPattern(pattern: string): (name: string) => boolean {
  const prepare = (text: string) => text.toLowerCase().replaceAll('/', SLASH);
  const isMatch = picomatch(prepare(pattern), { dot: true, nobrace: true, noextglob: true, nonegate: true, noglobstar: true, strictSlashes: true });
  return (name) => isMatch(prepare(name));
}
