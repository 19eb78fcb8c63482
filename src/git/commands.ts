import { GitPluginError, GitError as SimpleGitError, simpleGit } from 'simple-git';
import { Interrupted, type RetryableError } from '../model/errors.ts';
import { gitEnvironment } from './environment.ts';
import { endedBySignal, GitError, gitFailure } from './error.ts';
import type { GitProgram } from './program.ts';

/** Milliseconds without output after which a command is considered hung. */
const SILENCE_MS = 30_000;

/** Runs git commands with short text answers. */
export interface GitCommands {
  /**
   * @returns What git prints; a nonzero exit code without an error message is an answer too, as with `--quiet`.
   * @throws GitError if git fails or hangs; Interrupted or RetryableError if a signal ended it; the signal's reason after an abort.
   */
  raw(words: readonly string[]): Promise<string>;
}

/** Git was ended by a signal. simple-git passes on only errors that extend its own. */
class EndedBySignal extends SimpleGitError {
  /** The exit code by which a shell around git reports the signal; null where git itself was ended by one. */
  readonly exitCode: number | null;

  constructor(exitCode: number | null) {
    super();
    this.exitCode = exitCode;
  }
}

/**
 * Runs git through simple-git, in the same environment as the streaming readers. simple-git's safety checks are disabled
 * only for the settings made here. It can't start git in its own process group, so a Ctrl-C on a terminal may end the
 * command, which counts as an interruption.
 * @param folder Where the commands run.
 */
export function gitCommands({ inherited }: GitProgram, folder: string, signal?: AbortSignal): GitCommands {
  const environment = gitEnvironment(inherited);
  const git = simpleGit({
    baseDir: folder,
    ...(signal === undefined ? {} : { abort: signal }),
    // A configuration may include a pipe, at which git would wait forever.
    timeout: { block: SILENCE_MS },
    errors: (error, { exitCode }) => error ?? signalError(exitCode),
    allowEnvironment: Object.keys(environment),
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafePager: true,
      allowUnsafeTemplateDir: true,
      allowUnsafeProtocolOverride: true,
    },
  }).env(environment);
  return {
    raw: async (words) => {
      try {
        return await git.raw([...words]);
      } catch (error) {
        signal?.throwIfAborted();
        throw failure(words.find((word) => !word.startsWith('-')) ?? '', error);
      }
    },
  };
}

/**
 * Runs one command and returns its answer without the trailing newline.
 * @returns null if git prints nothing, as it does with `--quiet` instead of failing.
 * @throws As {@link GitCommands.raw}.
 */
export async function askGit(git: GitCommands, ...words: string[]): Promise<string | null> {
  return (await git.raw(words)).replace(/\n$/, '') || null;
}

/** simple-git would treat a git that was ended by a signal as an empty answer. */
function signalError(exitCode: number | null): EndedBySignal | undefined {
  return exitCode === null || endedBySignal('', { exitCode, killedBy: null, stderr: '' }) !== undefined ? new EndedBySignal(exitCode) : undefined;
}

function failure(command: string, error: unknown): GitError | RetryableError {
  if (error instanceof EndedBySignal) {
    const { exitCode } = error;
    return endedBySignal(command, { exitCode, killedBy: null, stderr: '' }) ?? new Interrupted(`git ${command} was ended by a signal`);
  }
  if (error instanceof GitPluginError && error.plugin === 'timeout') {
    return new GitError(command, null, `fatal: it was silent for ${SILENCE_MS / 1000} s, as at a pipe that its configuration includes`);
  }
  return gitFailure(command, { exitCode: 128, killedBy: null, stderr: error instanceof Error ? error.message : String(error) });
}
