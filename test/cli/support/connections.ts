import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Forge, makeForgeSite } from './forge.ts';
import type { Host } from './hosts.ts';

/**
 * A sync by the name of a connection asks its host, with its token alone, and nobody else is shown that.
 * @param forge The host that the settings name.
 * @param other The connection's, with this one repository.
 */
export async function expectConnection(folder: string, { provider, url, token, api }: Host, forge: Forge, other: Forge, repo: string): Promise<void> {
  const file = join(folder, 'connections.json');
  const secret = String(other.access[token]);
  writeFileSync(file, JSON.stringify({ work: { provider, url: other.access[url], token: secret }, unused: { provider, token: 'x' } }));
  const before = forge.server.requests.length;
  const where = makeForgeSite(join(folder, 'connection'), forge);
  const { code, stderr } = await where.take(['--connection', 'work'], { env: { ORG_SYNC_CONNECTIONS: file } });
  expect(code, stderr).toBe(0);
  expect(where.rows('select host, repo from repos')).toEqual([{ host: other.server.webUrl.replace(/^https?:\/\//, ''), repo }]);
  expect(forge.server.requests.slice(before).filter(({ headers }) => JSON.stringify(headers).includes(secret))).toEqual([]);
  expect(new Set(other.server.requests.filter(({ kind }) => kind === api).map(({ headers }) => headers['authorization']))).toEqual(
    new Set([`Bearer ${secret}`]),
  );
}
