import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { FatalError } from './model/errors.ts';

/** Nobody is waited for at a pipe. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** A file as it was read. */
export interface CheckedFile {
  content: Buffer;
  /** Real path of what was opened, which may be another one by now. */
  path: string;
}

/** A folder that stays the same one while it is open, whatever is put in its place. */
export interface OpenFolder extends AsyncDisposable {
  /** Real path of what was opened. */
  path: string;
  /** Path by which other processes reach what was opened; the real path where the system has no other. */
  root: string;
  /** Device and inode. */
  identity: string;
}

/**
 * Reads a regular file; links are followed.
 * @param limit Maximum size in bytes.
 * @param name What messages call the file.
 * @returns undefined where there is none.
 * @throws FatalError where it is something else than a file, or larger; what the file system says where it can't be read.
 */
export async function readRegularFile(path: string, limit: number, name = path): Promise<CheckedFile | undefined> {
  try {
    // Opening a device may do something already.
    if (!(await stat(path)).isFile()) throw notRegular(name);
    await using handle = await open(path, FLAGS);
    const stats = await handle.stat();
    if (!stats.isFile()) throw notRegular(name);
    if (stats.size > limit) throw tooLarge(name, stats.size, limit);
    const content = Buffer.alloc(stats.size);
    const { bytesRead } = await handle.read(content, 0, stats.size, 0);
    return { content: content.subarray(0, bytesRead), path: await realPathOf(handle, path) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Opens a folder; links are followed.
 * @throws What the file system says where there is none.
 */
export async function openFolder(path: string): Promise<OpenFolder> {
  const handle = await open(path, FLAGS | constants.O_DIRECTORY);
  try {
    const real = await realPathOf(handle, path);
    const identity = identityOf(await handle.stat({ bigint: true }));
    const root = await rootOf(handle, real);
    return { path: real, root, identity, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Device and inode of what is at a path; undefined where nothing is. */
export async function identityAt(path: string): Promise<string | undefined> {
  try {
    return identityOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function identityOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** The error for a file of `size` bytes where `limit` are allowed. */
export function tooLarge(name: string, size: number, limit: number): FatalError {
  return new FatalError(`${name} has ${size} bytes, and at most ${limit} are read; no repository needs a larger one`);
}

function notRegular(path: string): FatalError {
  return new FatalError(`${path} is neither a file nor a folder, which no repository needs; remove it`);
}

/** The kernel knows where an open file is; elsewhere the path has to lead to the same one still. */
async function realPathOf(handle: FileHandle, path: string): Promise<string> {
  try {
    return await readlink(`/proc/self/fd/${handle.fd}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const real = await realpath(path);
  if ((await identityAt(real)) !== identityOf(await handle.stat({ bigint: true }))) throw new FatalError(`${path} was replaced while it was opened`);
  return real;
}

/** Linux gives other processes of the same user a way to an open folder, unless the process is guarded from them. */
async function rootOf(handle: FileHandle, real: string): Promise<string> {
  const folder = `/proc/${process.pid}/fd`;
  try {
    if ((await stat(folder)).uid === process.geteuid?.()) return `${folder}/${handle.fd}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return real;
}
