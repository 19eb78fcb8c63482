import { inheritedEnvironment } from '../config.ts';
import { endChild, spawnGroup } from '../processes/group.ts';
import { gitEnvironment } from './environment.ts';
import { endedBySignal, GitError, type GitExit, gitFailure } from './error.ts';

/** Milliseconds without output after which a command counts as hanging. */
const SILENCE_MS = 30_000;

/** Runs git commands with short text answers. */
export interface GitCommands {
  /**
   * @returns What git prints; an exit code without a complaint is an answer too, as with `--quiet`.
   * @throws GitError when git complains or hangs; Interrupted or RetryableError when a signal ended it; the signal's reason after an abort.
   */
  raw(words: readonly string[]): Promise<string>;
}

/**
 * Git in the same environment as the streaming readers.
 * @param folder Where the commands run.
 */
export function gitCommands(folder: string, signal?: AbortSignal): GitCommands {
  return { raw: (words) => runGit(folder, words, signal) };
}

/**
 * One command's answer without the newline at its end.
 * @returns null where git says nothing, as it does with `--quiet` instead of failing.
 * @throws As {@link GitCommands.raw}.
 */
export async function ask(git: GitCommands, ...words: string[]): Promise<string | null> {
  return (await git.raw(words)).replace(/\n$/, '') || null;
}

async function runGit(folder: string, words: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  signal?.throwIfAborted();
  const command = words.find((word) => !word.startsWith('-')) ?? '';
  const child = spawnGroup('git', words, { cwd: folder, env: gitEnvironment(inheritedEnvironment), stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => endChild(child);
  signal?.addEventListener('abort', end, { once: true });
  let hangs = false;
  // A configuration may include a pipe, at which git would wait for ever.
  const silence = setTimeout(() => {
    hangs = true;
    end();
  }, SILENCE_MS);
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      silence.refresh();
      printed[stream] += text;
    });
  }
  try {
    const exit = await new Promise<GitExit>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, killedBy) => resolve({ exitCode, killedBy, stderr: printed.stderr }));
    });
    signal?.throwIfAborted();
    if (hangs) throw new GitError(command, null, `fatal: it was silent for ${SILENCE_MS / 1000} s, as at a pipe that its configuration includes`);
    const stopped = endedBySignal(command, exit);
    if (stopped !== undefined) throw stopped;
    if (exit.exitCode !== 0 && printed.stderr !== '') throw gitFailure(command, exit);
    return printed.stdout;
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', end);
  }
}
