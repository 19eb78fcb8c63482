// Checks the subjects of all commits since a fixed one; older ones were written before the rule.
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

const BASE = 'de8893c';
const MAX_LENGTH = 72;
const SUBJECT = /^(feat|fix|perf|refactor|test|docs|build|ci|chore)(\([^() ][^()]*\))?!?: \S.*$/;

/** Standard output of git, undefined where it fails. */
function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** Why the commits can't be checked; undefined where they can. */
function obstacle() {
  const top = git('rev-parse', '--show-toplevel');
  if (top === undefined || realpathSync(top) !== realpathSync('.')) return 'this folder is not a git repository';
  if (git('merge-base', '--is-ancestor', BASE, 'HEAD') === undefined) return `the history does not reach back to ${BASE}`;
  return undefined;
}

const reason = obstacle();
if (reason !== undefined) {
  console.log(`commit subjects: skipped, ${reason}`);
} else {
  const subjects = (git('log', '--no-merges', '--format=%h %s', `${BASE}..HEAD`) ?? '').split('\n').filter(Boolean);
  const problems = subjects.flatMap((line) => {
    const [hash = ''] = line.split(' ', 1);
    const subject = line.slice(hash.length + 1);
    const { length } = [...subject];
    if (length > MAX_LENGTH) return `${line}\n  has ${length} characters, at most ${MAX_LENGTH} are allowed`;
    return SUBJECT.test(subject) && !subject.endsWith('.') ? [] : `${line}\n  is not of the form 'type(scope): subject' without a full stop (CONTRIBUTING.md)`;
  });
  for (const problem of problems) console.error(problem);
  console.log(`commit subjects: ${subjects.length} checked, ${problems.length} refused`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
