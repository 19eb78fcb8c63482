import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../forge/tls.ts';
import { gitEnvironment, gitText } from '../git.ts';
import { tempFolder } from '../temp.ts';
import type { MadeWorld } from './make-world.ts';
import { type GitHub, startGitHub } from './server.ts';
import { useGitHub } from './use-github.ts';
import { fullName, type Repository } from './world.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
useGitHub(folder, (...fake) => {
  [made, github] = fake;
});

const repository = (fits: (repository: Repository) => boolean = () => true): Repository => made.world.repositories.find(fits) as Repository;

let clones = 0;
/** Not the synchronous helper: the server lives in this process. */
async function clone(
  name: string,
  { token = made.tokens.personal as string | null, env = {} as Record<string, string>, url = github.webUrl } = {},
): Promise<string> {
  const target = join(folder, `clone-${clones++}`);
  const header = token === null ? [] : ['-c', `http.extraHeader=Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`];
  await promisify(execFile)('git', [...header, 'clone', '--quiet', '--mirror', `${url}/${name}.git`, target], { env: gitEnvironment(env) });
  return target;
}

describe('git over HTTP', () => {
  it('gives whole repositories, with the heads of pull requests', async () => {
    const dir = await clone(fullName(repository()));
    expect(gitText(dir, ['for-each-ref', '--format=%(objectname) %(refname)'])).toBe(
      gitText(repository().path, ['for-each-ref', '--format=%(objectname) %(refname)']),
    );
    expect(gitText(dir, ['for-each-ref', 'refs/pull']).split('\n')).toHaveLength(repository().pullRequests.length);
    expect(github.requests.filter(({ kind }) => kind === 'git').map(({ path, status }) => [path, status])).toEqual([
      ['/acme/repo-000.git/info/refs', 200],
      // Protocol 2: the refs, then the pack.
      ['/acme/repo-000.git/git-upload-pack', 200],
      ['/acme/repo-000.git/git-upload-pack', 200],
    ]);
    await clone(fullName(repository(({ empty }) => empty)));
  });

  it('asks for a token, and says why it refuses', async () => {
    const secret = fullName(repository((candidate) => candidate.private));
    await expect(clone(secret, { token: null })).rejects.toThrow(/could not read Username|terminal prompts disabled/);
    await expect(clone(secret, { token: 'wrong' })).rejects.toThrow();
    await expect(clone(secret, { token: made.tokens.publicOnly })).rejects.toThrow(/remote: Repository not found/);
    await clone(secret);
    await expect(clone(fullName(repository(({ disabled }) => disabled === 'dmca')))).rejects.toThrow(/DMCA takedown[\s\S]*451/);
    await expect(clone(fullName(repository(({ disabled }) => disabled === 'tos')))).rejects.toThrow(/disabled by GitHub staff[\s\S]*403/);
  });

  it('redirects from former names', async () => {
    await clone('acme/before-the-rename');
    expect(github.requests.at(-2)?.status).toBe(200);
    expect(github.requests.some(({ status }) => status === 301)).toBe(true);
  });

  it('breaks midway, refuses once, and is sound after it', async () => {
    const name = fullName(repository());
    const match = { kind: 'git', path: /git-upload-pack$/, method: 'POST' } as const;
    const pack = { ...match, text: /want/ };
    for (const effect of [{ do: 'corrupt-pack' }, { do: 'cut', by: 'length' }, { do: 'reset-in-body' }, { do: 'status', status: 500 }] as const) {
      github.setFaults([{ match: pack, effect }]);
      await expect(clone(name)).rejects.toThrow();
      expect(github.unmetFaults()).toEqual([]);
      await clone(name);
    }
    github.setFaults([{ match: { kind: 'git' }, effect: { do: 'git-error', status: 403, message: 'Access to this repository has been disabled.' } }]);
    await expect(clone(name)).rejects.toThrow(/remote: Access to this repository has been disabled/);
  });

  it('speaks TLS with a certificate of its own', async () => {
    const { file, ...tls } = selfSigned(folder);
    const secure = await startGitHub(made.world, { tls });
    await expect(clone(fullName(repository()), { url: secure.webUrl })).rejects.toThrow(/certificate/);
    await clone(fullName(repository()), { url: secure.webUrl, env: { GIT_SSL_CAINFO: file } });
    await secure.close();
  });
});
