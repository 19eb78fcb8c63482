import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type LoopbackServer, startServer } from '../forge/server.ts';

/** One request and what github.com answered to it. */
export interface Recording {
  method: string;
  path: string;
  status: number;
  response: unknown;
  responseIsBinary?: boolean;
  headers: Record<string, string>;
}

const root = dirname(createRequire(import.meta.url).resolve('@octokit/fixtures/package.json'));

/** Recorded by GitHub's own tests, by name: `get-repository`, `paginate-issues`, … */
export function readRecordings(name: string): Recording[] {
  return JSON.parse(readFileSync(join(root, 'scenarios/api.github.com', name, 'normalized-fixture.json'), 'utf8')) as Recording[];
}

/** Replays recordings on the loopback interface, each as often as it is asked for; its addresses in them are its own. */
export async function replay(recordings: readonly Recording[]): Promise<LoopbackServer> {
  const server: LoopbackServer = await startServer({
    handle: async (exchange) => {
      const asked = exchange.search.size > 0 ? `${exchange.rawPath}?${exchange.search}` : exchange.rawPath;
      const found = recordings.find(({ method, path }) => method.toUpperCase() === exchange.method && path === asked);
      if (!found) return { status: 404, headers: { 'content-type': 'application/json' }, body: { message: 'Not Found' } };
      const ours = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(/https:\/\/api\.github\.com(?::443)?/g, server.url));
      const headers = Object.fromEntries(
        Object.entries(ours(found.headers)).filter(([name]) => !/^(content-length|transfer-encoding|content-encoding)$/.test(name)),
      );
      return { status: found.status, headers, body: ours(found.response) };
    },
  });
  return server;
}
