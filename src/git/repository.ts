import type { GitProgram } from './program.ts';

/** How git names objects. */
export type ObjectFormat = 'sha1' | 'sha256';

/** A repository on disk that git commands read: a bare one of ours, never the user's own. */
export interface GitRepository {
  program: GitProgram;
  /** Absolute path of the git folder. */
  gitDir: string;
  /** Ends running git processes when it aborts. */
  signal?: AbortSignal;
}
