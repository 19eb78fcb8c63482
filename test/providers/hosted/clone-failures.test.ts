import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitProgram } from '../../../src/config.ts';
import { gitText as streamGit } from '../../../src/git/process.ts';
import { FatalError, RetryableError } from '../../../src/model/errors.ts';
import { meansDamage } from '../../../src/providers/hosted/clone-failures.ts';
import { failureWithout } from '../../support/failure.ts';
import { startServer } from '../../support/forge/server.ts';
import { selfSigned } from '../../support/forge/tls.ts';
import type { Effect } from '../../support/github/effects.ts';
import type { MadeWorld } from '../../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../../support/github/server.ts';
import { useGitHub } from '../../support/github/use-github.ts';
import { fullName, type Repository } from '../../support/github/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { bring, bringElsewhere, filesBelow, packsOf, refsOf, requestFor } from './support.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
useGitHub(folder, (...fake) => {
  [made, github] = fake;
});

const repository = (fits: (repository: Repository) => boolean = () => true): Repository => made.world.repositories.find(fits) as Repository;
/** Only private ones ask for a token. */
const secret = () => fullName(repository((one) => one.private));
let count = 0;
const newDir = () => join(folder, `clone-${count++}.git`);
const urlOf = (name: string) => `${github.webUrl}/${name}.git`;
const failure = async (gitDir: string, url: string, token = made.tokens.personal): Promise<Error> => {
  const error = await bring(requestFor(gitDir, url, token)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
};

describe('what the host refuses is fatal', () => {
  it.each<[string, Effect | null, () => string, RegExp, string?]>([
    ['a token that is worth nothing', null, secret, /refuses the token.*Contents: read/, 'ghp_wrong'],
    ['a repository that the token cannot see', null, () => 'acme/nowhere', /no such repository, or the token can't access it.*Repository not found/],
    ['a former name', null, () => 'acme/before-the-rename', /redirects \(301\).*renamed or moved/],
    ['a takedown', null, () => fullName(repository(({ disabled }) => disabled === 'dmca')), /451.*DMCA takedown/],
    [
      'a repository that staff disabled',
      null,
      () => fullName(repository(({ disabled }) => disabled === 'tos')),
      /does not serve it: Access to this repository has been disabled/,
    ],
    [
      'a token without the permission',
      { do: 'git-error', status: 403, message: 'Write access to repository not granted.' },
      () => 'acme/repo-000',
      /token can't read.*not granted.*Contents: read/,
    ],
    ['an address without a repository', { do: 'status', status: 410 }, () => 'acme/repo-000', /410/],
  ])('%s', async (_name, effect, name, message, token) => {
    github.setFaults(effect === null ? [] : [{ match: { kind: 'git' }, effect }]);
    const error = await failure(newDir(), urlOf(name()), token);
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(urlOf(name()));
  });

  it('also where the refusal repeats what it was sent, which is not told on', async () => {
    const token = 'ghp_wrong/+=';
    const forms = [token, encodeURIComponent(token), Buffer.from(`x-access-token:${token}`).toString('base64')];
    github.setFaults([{ match: { kind: 'git' }, effect: { do: 'git-error', status: 403, message: `no: ${forms.join(' and ')}.` } }]);
    const error = await failureWithout(forms, bring(requestFor(newDir(), urlOf('acme/repo-000'), token)));
    expect(error).toMatchObject({ message: expect.stringContaining('no: [token] and [token] and [token].') });
  });

  it('single sign-on', async () => {
    const error = await failure(newDir(), urlOf(secret()), made.tokens.withoutSso);
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toMatch(/SAML SSO/);
  });

  it('any protocol but http and https', async () => {
    for (const url of [`file://${repository().path}`, 'ext::sh -c touch% /tmp/x']) {
      await expect(bring(requestFor(newDir(), url, 'token'))).rejects.toThrow();
    }
  });
});

describe('what the network or the servers may be to blame for is retryable, and sound at the next try', () => {
  const pack = { kind: 'git', path: /git-upload-pack$/, method: 'POST', text: /want/ } as const;
  it.each<[string, Effect, typeof pack | { kind: 'git' }]>([
    ['a corrupt pack', { do: 'corrupt-pack' }, pack],
    ['a pack cut by its length', { do: 'cut', by: 'length' }, pack],
    ['a pack cut in a chunk', { do: 'cut', by: 'chunked' }, pack],
    ['a connection reset in the pack', { do: 'reset-in-body' }, pack],
    ['a connection reset', { do: 'reset' }, { kind: 'git' }],
    ['500', { do: 'status', status: 500 }, { kind: 'git' }],
    ['503 for the pack', { do: 'status', status: 503 }, pack],
    ['504', { do: 'status', status: 504 }, { kind: 'git' }],
    ['429', { do: 'status', status: 429 }, { kind: 'git' }],
    ['a secondary limit', { do: 'git-error', status: 403, message: 'You have exceeded a secondary rate limit.' }, { kind: 'git' }],
    ['a page in place of refs', { do: 'html' }, { kind: 'git' }],
    ['text in place of a pack', { do: 'not-json' }, pack],
  ])('%s', async (_name, effect, match) => {
    const gitDir = newDir();
    for (const fresh of [true, false]) {
      github.setFaults([{ match, effect }]);
      if (!fresh) moveOn();
      const error = await failure(gitDir, urlOf('acme/repo-000'));
      expect([error.name, error.message]).toEqual(['RetryableError', expect.stringContaining(urlOf('acme/repo-000'))]);
      expect(error).toBeInstanceOf(RetryableError);
      expect(github.unmetFaults()).toEqual([]);
      expect(filesBelow(gitDir).filter(([path]) => /tmp_|\.lock$/.test(path))).toEqual([]);
      // What the clone had, it still has.
      if (!fresh) expect(packsOf(gitDir).length).toBeGreaterThan(0);
      github.setFaults([]);
      await bring(requestFor(gitDir, urlOf('acme/repo-000'), made.tokens.personal));
      expect(refsOf(gitDir)).toEqual(refsOf(repository().path));
    }
  });

  /** Moves the host's branch on by a commit, so that there is a pack to fetch. */
  function moveOn(): void {
    const { path } = repository();
    const run = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { cwd: path, encoding: 'utf8' }).trim();
    run('update-ref', 'refs/heads/main', run('commit-tree', 'main^{tree}', '-p', 'main', '-m', `Change ${count++}`));
  }

  it('nobody listens, and no such host', async () => {
    const server = await startServer({ handle: async () => ({ status: 200 }) });
    await server.close();
    for (const url of [`${server.url}/acme/api.git`, 'https://nowhere.invalid/acme/api.git']) {
      const error = await failure(newDir(), url);
      expect(error).toBeInstanceOf(RetryableError);
      expect(error.message).toMatch(/Failed to connect|Couldn't connect|resolve/);
    }
  });
});

describe('certificates and proxies', () => {
  it('a certificate nobody vouches for is fatal and names the host; NODE_EXTRA_CA_CERTS and GIT_SSL_CAINFO vouch', async () => {
    const { file, ...tls } = selfSigned(folder);
    const secure = await startGitHub(made.world, { tls });
    const url = `${secure.webUrl}/acme/repo-000.git`;
    const error = await failure(newDir(), url);
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain(`certificate of ${new URL(url).host} isn't trusted`);
    for (const name of ['NODE_EXTRA_CA_CERTS', 'GIT_SSL_CAINFO', 'SSL_CERT_FILE']) {
      const gitDir = newDir();
      const child = bringElsewhere(gitDir, url, made.tokens.personal, { [name]: file });
      await once(child, 'close');
      expect([name, child.said()]).toEqual([name, '']);
      expect(refsOf(gitDir)).toEqual(refsOf(repository().path));
    }
    await secure.close();
  });

  it('goes through a proxy, which never gets the token', async () => {
    const proxy = await startServer({
      handle: async () => ({ status: 407, headers: { 'proxy-authenticate': 'Basic realm="proxy"' }, body: 'Log in' }),
    });
    for (const [address, message] of [
      [proxy.url.replace('http://', 'http://user@'), /^FatalError: http:\/\/git\.example\.org\/acme\/api\.git: a proxy wants a password/],
      [proxy.url, /^FatalError: http:\/\/git\.example\.org\/acme\/api\.git: a proxy refuses/],
    ] as const) {
      const child = bringElsewhere(newDir(), 'http://git.example.org/acme/api.git', 'ghp_secret', { http_proxy: address });
      await once(child, 'close');
      expect(child.said()).toMatch(message);
    }
    expect(proxy.requests.length).toBeGreaterThan(0);
    const sent = JSON.stringify(proxy.requests);
    for (const secret of ['ghp_secret', Buffer.from('x-access-token:ghp_secret').toString('base64')]) expect(sent).not.toContain(secret);
    await proxy.close();
    const spared = bringElsewhere(newDir(), urlOf('acme/repo-000'), made.tokens.personal, { http_proxy: proxy.url, no_proxy: '127.0.0.1' });
    await once(spared, 'close');
    expect(spared.said()).toBe('');
  });
});

describe('damage that a later reader meets', () => {
  it('is told from other failures of git', async () => {
    const gitDir = newDir();
    await bring(requestFor(gitDir, urlOf('acme/repo-000'), made.tokens.personal));
    const read = (...args: string[]) => streamGit({ program: gitProgram, gitDir }, args).then(() => undefined, meansDamage);
    expect(await read('log', '--format=%H', '--no-such-option')).toBe(false);
    expect(await read('rev-list', '--objects', '--all')).toBe(undefined);
    for (const pack of packsOf(gitDir)) {
      const file = join(gitDir, 'objects/pack', pack);
      rmSync(file);
      writeFileSync(file, 'noise');
    }
    expect(await read('rev-list', '--objects', '--all')).toBe(true);
    expect(await read('diff-tree', '-r', '--root', 'refs/heads/main')).toBe(true);
    expect(await read('cat-file', 'commit', 'refs/heads/main')).toBe(true);
    expect(await read('ls-tree', '-r', 'refs/heads/main')).toBe(true);
    rmSync(join(gitDir, 'HEAD'));
    expect(await read('rev-list', '--all')).toBe(true);
  });
});
