import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the id of a home folder, which is created on first use. Workers with the same home have the same clones, even
 * after a restart and under another host name.
 */
export async function readHomeId(home: string): Promise<string> {
  const file = join(home, 'id');
  await mkdir(home, { recursive: true });
  const own = join(home, `id-${randomUUID()}`);
  await writeFile(own, randomUUID().slice(0, 8), { mode: 0o600 });
  try {
    // Unlike writing, linking fails if another process was faster.
    await link(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own);
  }
  return readFile(file, 'utf8');
}
