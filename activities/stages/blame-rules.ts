import { extname } from 'node:path';

/** Extensions (lower case) that aren't blamed: nobody writes their lines by hand. */
const SKIPPED_EXTENSIONS = new Set(
  (
    '.png .jpg .jpeg .gif .ico .pdf .zip .tar .gz .7z .exe .dll .so .dylib .class .pyc .o .obj .bin .bak .tmp .svg .eot ' +
    '.ttf .woff .woff2 .mp4 .mp3 .wav .mov .avi .mkv .webm .jar .war .ear'
  ).split(' '),
);

/** Folders whose files aren't blamed: they were written elsewhere. */
const SKIPPED_FOLDERS = new Set('node_modules vendor .git .svn .hg .idea .vscode __pycache__ dist build target bin obj'.split(' '));

/** Bytes in which git looks for a NUL. Source: FIRST_FEW_BYTES in git's xdiff-interface.c */
export const BINARY_LOOK = 8_000;

/** Size in bytes from which on contents aren't stored. */
export const CONTENTS_LIMIT = 1_000_000;

/** Returns whether git treats a file with this content as binary. */
export function isBinary(content: Buffer): boolean {
  return content.subarray(0, BINARY_LOOK).includes(0);
}

/** Returns whether the file at a path is excluded from blame. */
export function skipsBlame(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  return SKIPPED_EXTENSIONS.has(extname(name).toLowerCase()) || folders.some((folder) => SKIPPED_FOLDERS.has(folder));
}
