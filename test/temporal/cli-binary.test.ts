import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import { findTemporalCli } from '../../src/temporal/cli-binary/find.ts';
import { downloadThroughSdk } from '../../src/temporal/cli-binary/sdk-download.ts';
import { startChild } from './support/child.ts';
import { realCli } from './support/cli.ts';

let real: string;
let folder: string;
let home: string;
let programs: string;
let env: NodeJS.ProcessEnv;
let messages: string[];

beforeAll(async () => {
  real = await realCli();
}, 1_800_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'org-sync-cli-'));
  home = join(folder, 'home');
  programs = join(folder, 'programs');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(programs);
  messages = [];
  // A proxy that isn't there: the SDK's download fails on every machine, and at once.
  env = { HOME: folder, PATH: programs, HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' };
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const find = (options: { explicit?: string; signal?: AbortSignal } = {}): Promise<string> =>
  findTemporalCli({ home, env, report: (message) => messages.push(message), ...options });

function program(file: string, script: string): string {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A `go` that notes its calls and then does what the script says. */
const go = (script: string): string => program(join(programs, 'go'), `echo "$@" >> '${folder}/calls'\n${script}`);
/** What `go install` does, only quicker: the binary appears in GOBIN. */
const INSTALL = (): string => `printf '#!/bin/sh\\nexec ${real} "$@"\\n' > "$GOBIN/temporal"; /bin/chmod 755 "$GOBIN/temporal"`;
const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
const leftovers = (): string[] => readdirSync(join(home, 'bin')).filter((name) => name.startsWith('getting-'));

/** Who is at work in a folder of the cache, as a command noted it. */
function notedIn(name: string): string {
  const file = join(home, 'bin', name, 'worker.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

/** The process that a script writes down in this file. */
async function pidFrom(name: string): Promise<number> {
  const text = (): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  await until(() => text().endsWith('\n'));
  return Number(text());
}

test('the explicit path wins over PATH and the cache', async () => {
  const explicit = join(folder, 'mine');
  symlinkSync(real, explicit);
  symlinkSync(real, join(programs, 'temporal'));
  expect(await find({ explicit })).toBe(explicit);
});

test.each([
  ['a missing file', () => join(folder, 'nowhere'), 'no such file'],
  ['a folder', () => folder, 'not executable'],
  ['another program', () => program(join(folder, 'other'), 'echo hello'), "doesn't know --db-filename"],
  ['a failing program', () => program(join(folder, 'broken'), 'echo "lib missing" >&2; exit 3'), 'lib missing'],
])('%s as the explicit path is refused at once, although another would do', async (_, make, reason) => {
  symlinkSync(real, join(programs, 'temporal'));
  const explicit = make();
  const error = await find({ explicit }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidInput);
  expect((error as Error).message).toContain(`TEMPORAL_CLI: '${explicit}' can't be used`);
  expect((error as Error).message).toContain(reason);
});

test('PATH comes before the cache, and what is unusable is passed over', async () => {
  const cached = join(home, 'bin', 'temporal-1.5.1');
  symlinkSync(real, cached);
  program(join(programs, 'temporal'), 'exit 1');
  expect(await find()).toBe(cached);
  const good = join(folder, 'good');
  mkdirSync(good);
  symlinkSync(real, join(good, 'temporal'));
  env.PATH = `${programs}:${good}`;
  expect(await find()).toBe(join(good, 'temporal'));
  expect(messages).toEqual([]);
});

test('the newest usable CLI of the cache is used', async () => {
  for (const version of ['1.5.1', '1.10.0', '1.9.0']) symlinkSync(real, join(home, 'bin', `temporal-${version}`));
  program(join(home, 'bin', 'temporal-1.11.0'), 'exit 1');
  expect(await find()).toBe(join(home, 'bin', 'temporal-1.10.0'));
});

test('a program is checked once, and again when it has changed', async () => {
  const cli = program(join(programs, 'temporal'), `echo checked >> '${folder}/checks'; exec ${real} "$@"`);
  expect([await find(), await find()]).toEqual([cli, cli]);
  expect(readFileSync(join(folder, 'checks'), 'utf8').trim().split('\n')).toHaveLength(2); // --version and --help
  program(cli, 'exit 1');
  await expect(find()).rejects.toThrow(`${cli}: `);
});

test('when everything fails, the message tells what was tried and how to mend it', async () => {
  program(join(programs, 'temporal'), 'exit 1');
  const error = await find().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidInput);
  const { problems } = error as InvalidInput;
  expect(problems).toEqual([
    'no usable Temporal CLI was found',
    expect.stringContaining(join(programs, 'temporal')),
    `${join(home, 'bin')}: no Temporal CLI there`,
    expect.stringMatching(/download by Temporal's SDK: .*temporal\.download/s),
    'go install: no program named go on PATH',
    expect.stringMatching(/install the Temporal CLI.*TEMPORAL_CLI.*install Go/),
  ]);
});

test('go install builds into the cache, from where it is used the next time', async () => {
  go(INSTALL());
  const cached = join(home, 'bin', 'temporal-1.5.1');
  expect(await find()).toBe(cached);
  expect(calls()).toEqual(['install github.com/temporalio/cli/cmd/temporal@v1.5.1']);
  expect(messages.join(' ')).toContain('about 3 minutes');
  expect(leftovers()).toEqual([]);
  expect(await find()).toBe(cached);
  expect(calls()).toHaveLength(1);
});

test("go's own words are in the message when it fails", async () => {
  go('echo "go: downloading x v1" >&2; echo "x.go:1: syntax error" >&2; exit 2');
  const error = (await find().catch((thrown: unknown) => thrown)) as InvalidInput;
  const problem = error.problems.find((text) => text.startsWith('go install'));
  expect(problem).toBe('go install: it ended with 2\n  x.go:1: syntax error');
  expect(leftovers()).toEqual([]);
});

test('two commands at once build once', async () => {
  go(`while [ ! -e '${folder}/waited-for' ]; do /bin/sleep 0.05; done; ${INSTALL()}`);
  const finders = [startChild('find-cli.ts', [home], env), startChild('find-cli.ts', [home], env)];
  const cached = join(home, 'bin', 'temporal-1.5.1');
  await Promise.any(finders.map((finder) => finder.says('report Waiting for another org-sync command that downloads or builds the Temporal CLI')));
  writeFileSync(join(folder, 'waited-for'), '');
  expect(await Promise.all(finders.map((finder) => finder.says('found')))).toEqual([cached, cached]);
  expect(calls()).toHaveLength(1);
});

test('the build of a killed command is ended and done anew by the next', async () => {
  go(`echo $$ > '${folder}/go-pid'; exec /bin/sleep 600`);
  const finder = startChild('find-cli.ts', [home], env);
  const pid = await pidFrom('go-pid');
  await until(() => leftovers().some((name) => notedIn(name).includes(`"pid":${pid},`)));
  process.kill(finder.pid, 'SIGKILL');
  await finder.ended.catch(() => undefined);
  expect(alive(pid)).toBe(true);
  go(INSTALL());
  expect(await find()).toBe(join(home, 'bin', 'temporal-1.5.1'));
  expect(alive(pid)).toBe(false);
  expect(leftovers()).toEqual([]);
});

test('SIGINT of the command ends the build with all its processes', async () => {
  go(`/bin/sleep 600 & echo $! > '${folder}/compiler-pid'; echo $$ > '${folder}/go-pid'; wait`);
  const finder = startChild('find-cli.ts', [home], env);
  const [compiler, leader] = [await pidFrom('compiler-pid'), await pidFrom('go-pid')];
  process.kill(finder.pid, 'SIGINT');
  expect(await finder.ended).toEqual([null, 'SIGINT']);
  expect(alive(leader)).toBe(false);
  // The leader is waited for; what was killed with it may take a moment longer.
  await until(() => !alive(compiler));
  expect(leftovers()).toEqual([]);
});

test('the signal ends the build with its reason', async () => {
  go(`echo $$ > '${folder}/go-pid'; exec /bin/sleep 600`);
  const abort = new AbortController();
  const finding = find({ signal: abort.signal });
  finding.catch(() => undefined);
  const pid = await pidFrom('go-pid');
  abort.abort(new Error('enough'));
  await expect(finding).rejects.toThrow('enough');
  expect(alive(pid)).toBe(false);
});

test('a tool that fails and leaves a process behind is not waited for, and the process is ended', async () => {
  go(`/bin/sleep 600 & echo $! > '${folder}/left-pid'; echo broken >&2; exit 1`);
  await expect(find()).rejects.toThrow('broken');
  const left = await pidFrom('left-pid');
  await until(() => !alive(left));
});

test.each([
  ['answers', () => `exec ${real} "$@"`],
  // It gives it 5 s.
  ['is too slow for it', () => 'exec /bin/sleep 600'],
])("what the SDK has downloaded is found in its folder, and the SDK's server is gone, where that %s", async (_, server) => {
  // The SDK takes what lies there under this name for what it has downloaded before.
  const { version } = createRequire(import.meta.url)('@temporalio/testing/package.json') as { version: string };
  const file = join(folder, `temporal-sdk-typescript-${version}`);
  program(file, `echo $$ > '${folder}/server-pid'; ${server()}`);
  expect(await downloadThroughSdk(folder, env, new AbortController().signal)).toBe(file);
  const pid = await pidFrom('server-pid');
  await until(() => !alive(pid));
});
