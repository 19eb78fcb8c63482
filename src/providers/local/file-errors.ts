import { FatalError } from '../../model/errors.ts';

/** What the file system refuses until somebody changes something. */
const LASTING = new Set(['EACCES', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM']);

/** Why a path can't be used, in words that follow its name. */
export function reasonFor(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return "doesn't exist; check the path";
  if (code === 'ENOTDIR') return 'a part of it is a file, not a folder';
  if (code === 'EACCES') return "isn't readable; check its permissions";
  if (code === 'ELOOP') return 'its links lead in a circle';
  return message;
}

/** What is wrong with the files of a repository as an error that trying again doesn't mend; any other error as it is. */
export function translateFileError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return LASTING.has(code ?? '') ? new FatalError(message) : error;
}
