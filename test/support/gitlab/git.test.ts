import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../forge/tls.ts';
import { gitEnvironment, gitText } from '../git.ts';
import { tempFolder } from '../temp.ts';
import { deleteProject, pushRefs, scheduleDeletion } from './changes.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, startGitLab } from './server.ts';
import { type Project, projectPath } from './world.ts';

const folder = tempFolder();
let made: MadeGitLabWorld;
let gitlab: GitLab;
beforeAll(async () => {
  made = makeGitLabWorld({ folder });
  gitlab = await startGitLab(made.world, { path: '/gitlab' });
});
afterAll(() => gitlab.close());

const project = (fits: (project: Project) => boolean = () => true): Project => made.world.projects.find(fits) as Project;
const pathOf = (found: Project) => projectPath(made.world, found);

let clones = 0;
/** Not the synchronous helper: the server lives in this process. */
async function clone(
  path: string,
  { user = 'oauth2', token = made.tokens.personal as string | null, env = {} as Record<string, string>, url = gitlab.url } = {},
): Promise<string> {
  const target = join(folder, `clone-${clones++}`);
  const header = token === null ? [] : ['-c', `http.extraHeader=Authorization: Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`];
  const args = [...header, '-c', 'http.followRedirects=false', 'clone', '--quiet', '--mirror', `${url}/${path}.git`, target];
  await promisify(execFile)('git', args, { env: gitEnvironment(env) });
  return target;
}

describe('git over HTTP', () => {
  it('gives whole repositories, with the heads of merge requests and what GitLab keeps around', async () => {
    const dir = await clone(pathOf(project()));
    const refs = (at: string, pattern = '') => gitText(at, ['for-each-ref', '--format=%(objectname) %(refname)', ...(pattern ? [pattern] : [])]);
    expect(refs(dir)).toBe(refs(project().folder));
    expect(refs(dir, 'refs/merge-requests/*/head').split('\n')).toHaveLength(project().mergeRequests.filter(({ diff }) => diff).length);
    expect(refs(dir, 'refs/keep-around')).not.toBe('');
    await clone(pathOf(project(({ empty }) => empty)));
    expect(gitlab.violations()).toEqual([]);
  });

  it('takes each kind of token with the user name that goes with it', async () => {
    const { personal, oauth, group, project: projectToken, job, deploy, cloneOnly } = made.tokens;
    const path = pathOf(project());
    for (const [user, token] of [
      ['anyone', personal],
      ['oauth2', personal],
      ['oauth2', oauth],
      ['oauth2', group],
      ['oauth2', projectToken],
      ['oauth2', cloneOnly],
      ['gitlab-ci-token', job],
      ['gitlab+deploy-token-1', deploy],
    ] as const) {
      await clone(path, { user, token });
    }
    for (const [user, token] of [
      ['oauth2', job],
      ['oauth2', deploy],
      ['anyone', oauth],
      ['', personal],
    ] as const) {
      await expect(clone(path, { user, token })).rejects.toThrow(/HTTP Basic: Access denied|Authentication failed|could not read/);
    }
  });

  it('says why it refuses', async () => {
    const secret = pathOf(project(({ visibility, namespace }) => visibility === 'private' && namespace.kind === 'group'));
    await expect(clone(secret, { token: null })).rejects.toThrow(/could not read Username|terminal prompts disabled/);
    await expect(clone(secret, { token: made.tokens.expired })).rejects.toThrow();
    await expect(clone(secret, { token: made.tokens.publicOnly })).rejects.toThrow(/could not be found or you don't have permission/);
    await expect(clone(secret, { token: made.tokens.readOnly })).rejects.toThrow(/not allowed to download code[\s\S]*403/);
    await clone(secret);
    const membersOnly = pathOf(project(({ repositoryAccess, visibility }) => repositoryAccess === 'private' && visibility === 'public'));
    await expect(clone(membersOnly, { token: null })).rejects.toThrow(/could not read Username|terminal prompts disabled/);
    await expect(clone(membersOnly, { token: made.tokens.publicOnly })).rejects.toThrow(/not allowed to download code[\s\S]*403/);
    await clone(membersOnly);
    const disabled = pathOf(project(({ repositoryAccess }) => repositoryAccess === 'disabled'));
    await expect(clone(disabled)).rejects.toThrow(/not allowed to download code[\s\S]*403/);
    await clone(pathOf(project(({ archived }) => archived)));
    await clone(pathOf(project(({ markedForDeletionOn }) => markedForDeletionOn !== null)));
  });

  it('goes on under former paths without a redirect', async () => {
    await clone('acme/before-the-rename-5');
    const answer = await fetch(`${gitlab.url}/acme/project-000/info/refs?service=git-upload-pack`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([301, `${gitlab.url}/acme/project-000.git/info/refs?service=git-upload-pack`]);
  });

  it('has what was pushed', async () => {
    const [head, base] = [made.histories[0]?.changes[0]?.head ?? '', made.histories[0]?.hashes[0] ?? ''];
    pushRefs(project(), { 'refs/heads/pushed': head, 'refs/heads/release/1.x': null, 'refs/tags/late': base });
    const dir = await clone(pathOf(project()));
    expect(gitText(dir, ['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/tags'])).toBe(
      ['refs/heads/feature/ünïcode', 'refs/heads/main', 'refs/heads/pushed', 'refs/tags/late', 'refs/tags/v1.0.0'].join('\n'),
    );
    expect(gitText(dir, ['rev-parse', 'refs/heads/pushed'])).toBe(head);
  });

  it('knows a project that waits for its deletion under another path, and one that is deleted no more', async () => {
    const [waits, goes] = made.world.projects.filter(({ namespace }) => namespace.kind === 'user') as [Project, Project];
    const before = [pathOf(waits), pathOf(goes)];
    scheduleDeletion(made.world, waits, '2099-02-01');
    deleteProject(made.world, goes);
    expect(pathOf(waits)).toMatch(/-deletion_scheduled-\d+$/);
    await clone(before[0] ?? '');
    await expect(clone(before[1] ?? '')).rejects.toThrow(/could not be found/);
  });

  it('breaks midway, refuses once, and is sound after it', async () => {
    const path = pathOf(project());
    const pack = { kind: 'git', path: /git-upload-pack$/, method: 'POST', text: /want/ } as const;
    for (const effect of [{ do: 'corrupt-pack' }, { do: 'cut', by: 'length' }, { do: 'reset-in-body' }, { do: 'status', status: 500 }] as const) {
      gitlab.setFaults([{ match: pack, effect }]);
      await expect(clone(path)).rejects.toThrow();
      expect(gitlab.unmetFaults()).toEqual([]);
      await clone(path);
    }
    gitlab.setFaults([{ match: { kind: 'git' }, effect: { do: 'git-error', status: 403, message: 'Your account has been blocked.' } }]);
    await expect(clone(path)).rejects.toThrow(/remote: Your account has been blocked/);
    gitlab.setFaults([{ match: { kind: 'git' }, effect: { do: 'rate-limit', seconds: 30 } }]);
    await expect(clone(path)).rejects.toThrow(/429/);
    await expect(clone(path)).rejects.toThrow(/429/);
    expect(gitlab.requests.at(-1)).toMatchObject({ limited: true, whileLimited: true });
    await clone(path, { token: made.tokens.group });
  });

  it('speaks TLS with a certificate of its own', async () => {
    const { file, ...tls } = selfSigned(folder);
    const secure = await startGitLab(made.world, { tls });
    const options = { url: secure.url, token: made.tokens.group };
    await expect(clone(pathOf(project()), options)).rejects.toThrow(/certificate/);
    await clone(pathOf(project()), { ...options, env: { GIT_SSL_CAINFO: file } });
    await secure.close();
  });
});
