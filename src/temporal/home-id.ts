import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Id of a home folder, made when it's first used: workers with the same home see the same clones, also after a
 * restart and under another host name.
 */
export async function homeId(home: string): Promise<string> {
  const file = join(home, 'id');
  await mkdir(home, { recursive: true });
  const own = join(home, `id-${randomUUID()}`);
  await writeFile(own, randomUUID().slice(0, 8), { mode: 0o600 });
  try {
    // Unlike writing, linking fails where another process was quicker.
    await link(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own);
  }
  return readFile(file, 'utf8');
}
