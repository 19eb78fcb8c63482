import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

const { refusal } = makeRefuser(tempFolder());
const sync = async (...args: string[]) => onlyProblem(await refusal(['sync', 'local', 'good', ...args]));

describe.concurrent('a value that an option does not take is named, and nothing is begun', () => {
  it.each([
    ['-1', 'must be 1 or more (given: -1)'],
    ['0', 'must be 1 or more (given: 0)'],
    ['1.5', 'must be a whole number (given: 1.5)'],
    ['0x10', 'must be a whole number (given: "0x10")'],
    ['', 'must be a whole number (given: "")'],
    ['99999999999999999999', 'is too large (given: 100000000000000000000)'],
  ])('as a number: %s', async (value, problem) => {
    const counts = ['--max-repos', '--max-commits', '--concurrency'];
    const stderr = await refusal(['sync', 'local', 'good', ...counts.map((option) => `${option}=${value}`)]);
    expect(stderr.trimEnd().split('\n').sort()).toEqual(counts.map((option) => `error: ${option}: ${problem}`).sort());
  });

  it('--since', async () => {
    for (const value of ['nonsense', '2026-02-30', '20260101', '2026-01-01T25:00', '']) {
      expect(await sync(`--since=${value}`)).toBe(`--since: '${value}' is not a date; write 2026-01-31 or 2026-01-31T12:00:00Z`);
    }
  });

  it('--stages', async () => {
    const known = 'must be one of commits, pull-requests, commit-stats, files-and-blame';
    expect(await sync('--stages', 'commits,blame')).toBe(`--stages: ${known} (given: "blame")`);
    expect(await sync('--stages', 'Commits')).toBe(`--stages: ${known} (given: "Commits")`);
    expect(await sync('--stages=')).toBe(`--stages: ${known} (given: "")`);
    expect(await sync('--stages', ',')).toBe(`--stages: ${known} (given: "")`);
  });

  it('empty texts', async () => {
    for (const option of ['--repo', '--pattern']) {
      expect(await sync(`${option}=`)).toBe(`${option}: must not be empty (given: "")`);
      expect(await sync(option, ' ')).toMatch(new RegExp(`^${option}: must not be empty`));
    }
    expect(await refusal(['sync', 'local', ''])).toMatch(/^error: paths\.0: must not be empty.*\n$/);
    expect(await refusal(['sync', 'local', 'good', '--task-queue', ''])).toContain("option '--task-queue <name>' argument '' is invalid. It must not be empty");
  });

  it('too large a concurrency', async () => {
    expect(await sync('--concurrency', '1001')).toBe('--concurrency: must be 1000 or less (given: 1001)');
    expect(await sync('--max-repos', '1000000001')).toBe('--max-repos: is too large (given: 1000000001)');
  });

  it('all of them at once, each once', async () => {
    const lines = (await refusal(['sync', 'local', 'good', '--since', 'x', '--max-repos', '0', '--stages', 'a,b', '--concurrency', 'y'])).trimEnd().split('\n');
    expect(lines.map((line) => /^error: (--[a-z-]+): /.exec(line)?.[1]).sort()).toEqual(['--concurrency', '--max-repos', '--since', '--stages', '--stages']);
  });
});

describe.concurrent('a command line that makes no sense is refused', () => {
  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['snyc'], "unknown command 'snyc'"],
    [['sync', 'svn', 'good'], "unknown command 'svn'"],
    [['--bogus'], "unknown option '--bogus'"],
    [['sync', 'local', '--bogus', 'good'], "unknown option '--bogus'"],
    [['sync', 'local', 'good', '-x'], "unknown option '-x'"],
    [['sync', 'local', 'good', '--full=yes'], "unknown option '--full=yes'|error: "],
    [['sync', 'local'], "missing required argument 'path'"],
    [['sync', 'local', 'good', '--max-repos'], "option '--max-repos <n>' argument missing"],
    [['up', 'good'], 'too many arguments'],
    [['worker', '--pattern', 'x'], "unknown option '--pattern'"],
  ] as const)('%s', async (args, problem) => {
    const stderr = await refusal(args);
    expect(stderr).toMatch(new RegExp(problem));
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).toContain('add --help');
  });

  it('without a command, by telling which there are', async () => {
    expect(await refusal([])).toMatch(/^Usage: org-sync .*\bsync\b.*\bup\b/s);
    expect(await refusal(['sync'])).toMatch(/^Usage: org-sync sync .*\blocal\b/s);
  });

  it('an option that begins like a known one, by naming that', async () => {
    expect(await refusal(['sync', 'local', 'good', '--max-repo', '3'])).toContain('Did you mean --max-repos?');
  });
});
