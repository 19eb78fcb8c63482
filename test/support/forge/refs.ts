import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Refs of a bare repository by full name, read without starting git: a listing of an organisation asks for many. */
export function readRefs(repository: string): Map<string, string> {
  const refs = new Map<string, string>();
  const packed = join(repository, 'packed-refs');
  if (existsSync(packed)) {
    for (const line of readFileSync(packed, 'utf8').split('\n')) {
      const [hash = '', name] = line.split(' ');
      if (name && /^[0-9a-f]{40,64}$/.test(hash)) refs.set(name, hash);
    }
  }
  const folder = join(repository, 'refs');
  if (!existsSync(folder)) return refs;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, entry);
    if (statSync(file).isFile()) refs.set(relative(repository, file), readFileSync(file, 'utf8').trim());
  }
  return new Map([...refs].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
