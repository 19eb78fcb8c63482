import { type SimpleGit, simpleGit } from 'simple-git';
import { inheritedEnvironment } from '../config.ts';
import { gitEnvironment } from './environment.ts';
import { GitError } from './error.ts';

/** Longer than this without a word and a command counts as hanging. */
const SILENCE_MS = 30_000;

/**
 * Runs git commands with short text answers, through simple-git with the same environment as the streaming
 * readers. simple-git's own guard is opened for just the settings we make ourselves.
 * @param folder Where the commands run.
 */
export function gitCommands(folder: string, signal?: AbortSignal): SimpleGit {
  const environment = gitEnvironment(inheritedEnvironment);
  return simpleGit({
    baseDir: folder,
    ...(signal === undefined ? {} : { abort: signal }),
    // A configuration may include a pipe, at which git would wait for ever.
    timeout: { block: SILENCE_MS },
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
}

/**
 * One command's answer without the newline at its end.
 * @returns null where git says nothing, as it does with `--quiet` instead of failing.
 * @throws GitError
 */
export async function ask(git: SimpleGit, ...words: string[]): Promise<string | null> {
  try {
    return (await git.raw(words)).replace(/\n$/, '') || null;
  } catch (error) {
    throw new GitError(words.find((word) => !word.startsWith('-')) ?? '', 128, error instanceof Error ? error.message : String(error));
  }
}
