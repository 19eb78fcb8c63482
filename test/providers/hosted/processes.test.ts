import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, gitText } from '../../support/git.ts';
import { type MadeWorld, makeWorld } from '../../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../../support/github/server.ts';
import { fullName, type Repository } from '../../support/github/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { bring, bringElsewhere, filesBelow, processesWith, refsOf, requestFor, until } from './support.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
let secret: Repository;
beforeAll(async () => {
  made = makeWorld({ folder });
  github = await startGitHub(made.world);
  secret = made.world.repositories.find((one) => one.private) as Repository;
  // Large enough to arrive in parts.
  const blob = gitText(secret.path, ['hash-object', '-w', '--stdin'], { input: randomBytes(400_000) });
  const tree = gitText(secret.path, ['mktree'], { input: `100644 blob ${blob}\tlarge\n` });
  const commit = gitText(secret.path, ['commit-tree', tree, '-m', 'Large']);
  git(secret.path, ['update-ref', 'refs/heads/large', commit]);
});
afterAll(async () => {
  expect(github.violations()).toEqual([]);
  await github.close();
});

let count = 0;
const newDir = () => join(folder, `clone-${count++}.git`);
const urlOf = (base = github.webUrl) => `${base}/${fullName(secret)}.git`;
const pack = { kind: 'git', path: /git-upload-pack$/, method: 'POST', text: /want/ } as const;
const forms = (token: string) => [token, Buffer.from(`x-access-token:${token}`).toString('base64')];

/** The fake GitHub, of whose packs only the first bytes arrive, and then nothing. */
async function startStalling(bytes: number): Promise<{ url: string; stalled: () => boolean; close: () => void }> {
  let stalled = false;
  let posts = 0;
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    // The first one is for the refs.
    const limit = method === 'POST' && ++posts > 1 ? bytes : Number.POSITIVE_INFINITY;
    const onward = forward(`${github.webUrl}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      let sent = 0;
      answer.on('data', (chunk: Buffer) => {
        response.write(chunk.subarray(0, Math.max(0, limit - sent)));
        sent += chunk.length;
        stalled ||= sent > limit;
      });
      answer.on('end', () => sent <= limit && response.end());
    });
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stalled: () => stalled,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('the token', () => {
  it('is in no argument, variable, file or message, while git runs and after it', async () => {
    const gitDir = newDir();
    const token = made.tokens.personal;
    github.setFaults([{ match: pack, effect: { do: 'slow', milliseconds: 1_000 } }]);
    const brought = bring(requestFor(gitDir, urlOf(), token, { defaultBranch: secret.defaultBranch }));
    await until(() => github.requests.some(({ fault }) => fault === 'slow'));
    const processes = processesWith(gitDir);
    expect(processes.some(({ cmdline }) => cmdline.includes('remote-http'))).toBe(true);
    const during = filesBelow(gitDir);
    await brought;
    expect(github.requests.at(-1)?.headers['authorization']).toContain(forms(token)[1]);
    for (const form of forms(token)) expect(JSON.stringify([processes, during, filesBelow(gitDir)])).not.toContain(form);
    github.setFaults([{ match: pack, effect: { do: 'git-error', status: 403, message: 'no' } }]);
    const error = await bring(requestFor(newDir(), urlOf(), token)).catch((thrown: unknown) => thrown);
    for (const form of forms(token)) expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(form);
    github.setFaults([]);
  });

  it('is asked for once for each fetch, and a new one is used', async () => {
    const gitDir = newDir();
    const tokens = [made.tokens.personal, made.tokens.fineGrained];
    for (const token of tokens) {
      github.requests.length = 0;
      await bring(requestFor(gitDir, urlOf(), token));
      const sent = github.requests.flatMap(({ headers }) => headers['authorization'] ?? []);
      expect(new Set(sent)).toEqual(new Set([`Basic ${forms(token)[1]}`]));
    }
  });

  it('that cannot be had ends the call', async () => {
    const credentials = () => Promise.reject(new Error('no token'));
    await expect(bring(requestFor(newDir(), urlOf(), '', { credentials }))).rejects.toThrow('no token');
  });
});

describe('an end before time', () => {
  it('an abort leaves no process, and nothing half made', async () => {
    const stalling = await startStalling(200_000);
    const gitDir = newDir();
    const controller = new AbortController();
    const brought = bring(requestFor(gitDir, urlOf(stalling.url), made.tokens.personal, { signal: controller.signal }));
    await until(() => stalling.stalled() && processesWith(gitDir).some(({ cmdline }) => cmdline.includes('index-pack')));
    controller.abort(new Error('stopped by the test'));
    await expect(brought).rejects.toThrow('stopped by the test');
    expect(processesWith(gitDir)).toEqual([]);
    expect(filesBelow(gitDir).filter(([path]) => /tmp_|\.lock$/.test(path))).toEqual([]);
    stalling.close();
    await expect(bring(requestFor(gitDir, urlOf(), made.tokens.personal, { signal: controller.signal }))).rejects.toThrow('stopped by the test');
    await bring(requestFor(gitDir, urlOf(), made.tokens.personal));
    expect(refsOf(gitDir)).toEqual(refsOf(secret.path));
  });

  it.each([0, 200_000])('a killed worker takes git along (%i bytes in), and the next one begins anew', async (bytes) => {
    const stalling = await startStalling(bytes);
    const gitDir = newDir();
    const child = bringElsewhere(gitDir, urlOf(stalling.url), made.tokens.personal);
    await until(() => stalling.stalled() && processesWith(gitDir).some(({ cmdline }) => cmdline.includes('remote-http')));
    child.kill('SIGKILL');
    await until(() => processesWith(gitDir).length === 0);
    stalling.close();
    await bring(requestFor(gitDir, urlOf(), made.tokens.personal));
    expect(refsOf(gitDir)).toEqual(refsOf(secret.path));
    git(gitDir, ['fsck', '--strict']);
    expect(filesBelow(gitDir).filter(([path]) => /tmp_|\.lock$/.test(path))).toEqual([]);
  });

  it('a call for the same folder waits for one that is being ended', async () => {
    const stalling = await startStalling(200_000);
    const gitDir = newDir();
    const controller = new AbortController();
    const first = bring(requestFor(gitDir, urlOf(stalling.url), made.tokens.personal, { signal: controller.signal }));
    await until(() => stalling.stalled());
    const second = bring(requestFor(gitDir, urlOf(), made.tokens.personal));
    controller.abort(new Error('stopped by the test'));
    await expect(first).rejects.toThrow('stopped by the test');
    await second;
    expect(refsOf(gitDir)).toEqual(refsOf(secret.path));
    stalling.close();
  });

  it('an end that nobody asked for leaves no process', async () => {
    const gitDir = newDir();
    await bring(requestFor(gitDir, urlOf(), made.tokens.personal));
    expect(processesWith(gitDir)).toEqual([]);
  });
});
