import { spawnSync } from 'node:child_process';

/** A string stands for its UTF-8 bytes; a Buffer for bytes that needn't be text. */
export type Text = string | Buffer;

export const bytes = (text: Text): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);

export const concat = (...parts: readonly Text[]): Buffer => Buffer.concat(parts.map(bytes));

/** One byte per character: `latin1('caf\xe9')` is invalid UTF-8. */
export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

export interface GitOptions {
  input?: Text;
  env?: Record<string, string>;
}

/** An environment in which nothing of this machine or its user reaches git, and its dates stand still. */
export function gitEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada Author',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_AUTHOR_DATE: '1600000000 +0000',
    GIT_COMMITTER_NAME: 'Carl Committer',
    GIT_COMMITTER_EMAIL: 'carl@example.org',
    GIT_COMMITTER_DATE: '1600000000 +0000',
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    LC_ALL: 'C',
    ...more,
  };
}

/** The way out of refs/replace, for {@link GitOptions.env}. */
export const noReplace = { GIT_NO_REPLACE_OBJECTS: '1' };

/** Runs git in `dir` and returns its standard output; throws what it complained about. */
export function git(dir: string, args: readonly string[], options: GitOptions = {}): Buffer {
  const result = spawnSync('git', args, {
    cwd: dir,
    env: gitEnvironment(options.env),
    input: bytes(options.input ?? ''),
    maxBuffer: 1 << 30,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    throw new Error(`git ${args.join(' ')} in ${dir} ended with ${result.status}: ${result.stderr}`);
  }
  return result.stdout;
}

/** The same as text without its last line end. */
export function gitText(dir: string, args: readonly string[], options: GitOptions = {}): string {
  return git(dir, args, options).toString().replace(/\n$/, '');
}

/** Makes a repository with the unborn branch `main`. */
export function initRepository(dir: string, ...args: string[]): void {
  git('.', ['init', '--quiet', '--template=', '--initial-branch=main', ...args, '--', dir]);
}

/** Commits the whole work tree; `time` in seconds. Returns the hash. */
export function commitAll(dir: string, message: Text, time = 1_600_000_000): string {
  const date = `${time} +0000`;
  git(dir, ['add', '--all']);
  git(dir, ['commit', '--quiet', '--allow-empty', '--allow-empty-message', '--cleanup=verbatim', '-F', '-'], {
    input: message,
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  return gitText(dir, ['rev-parse', 'HEAD']);
}

/** Stores an object as it is, whether git thinks it well formed or not. Returns its hash. */
export function writeObject(dir: string, type: 'commit' | 'tree' | 'blob' | 'tag', body: Text): string {
  return gitText(dir, ['hash-object', '-t', type, '-w', '--stdin', '--literally'], { input: body });
}
