import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** Lists all programs of a name in a PATH, in its order. */
export function findOnPath(name: string, path: string | undefined): string[] {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set(folders.map((folder) => resolve(folder, name)))].filter(isExecutable);
}

/** Whether a path is a file that may be executed. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // It is missing or not accessible.
    return false;
  }
}
