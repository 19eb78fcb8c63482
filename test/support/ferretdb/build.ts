import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

/**
 * Path of the FerretDB of this folder, built with Go when it isn't there yet: once for each version of its sources, kept in
 * the folder for temporary files. Where two do so at once, both get the same.
 * @throws Error with Go's words where it can't be built.
 */
export async function buildFerretdb(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(SOURCES, file)));
  const folder = join(tmpdir(), `org-sync-ferretdb-${hash.digest('hex').slice(0, 16)}`);
  const program = join(folder, 'ferretdb');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const built = join(folder, `building-${process.pid}-${Date.now()}`);
  try {
    await promisify(execFile)('go', ['build', '-trimpath', '-o', built, '.'], { cwd: SOURCES, timeout: 900_000, killSignal: 'SIGKILL' });
  } catch (error) {
    throw new Error(`FerretDB can't be built: ${error instanceof Error ? error.message : error}`);
  }
  renameSync(built, program);
  return program;
}
