import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeForgeSite } from './support/forge.ts';
import { startLab } from './support/gitlab.ts';
import { failuresIn } from './support/report.ts';

it('projects that can not be read fail alone, with the reason', async () => {
  const folder = tempFolder();
  const lab = await startLab(folder, { projects: 5, mergeRequests: 10 });
  lab.server.setFaults([{ match: { kind: 'git', path: /\/project-000\.git/ }, times: 9, effect: { do: 'git-error', status: 403, message: 'Not for you' } }]);
  const { code, stdout } = await makeForgeSite(join(folder, 'site'), lab).take();
  expect({ code, failures: failuresIn(stdout) }).toEqual({
    code: 1,
    failures: [
      { repository: 'acme/project-004', reason: 'its repository is switched off' },
      {
        repository: 'acme/project-000',
        reason: expect.stringMatching(
          /the token can't read its contents: .*403.*Not for you.*; give it the scope 'read_repository', of somebody with at least/,
        ),
      },
    ],
  });
  expect(stdout).toContain('3 of 5 repositories synced, 2 failed\n');
});

it('a token that may not clone: what it lacks is told for each project, and merge requests alone can be had', async () => {
  const folder = tempFolder();
  const lab = await startLab(folder, { projects: 2, mergeRequests: 10 });
  // What is public can be cloned without any token.
  for (const project of lab.made.world.projects) project.visibility = 'private';
  const { code, stdout } = await makeForgeSite(join(folder, 'site'), lab).take([], { env: { GITLAB_TOKEN: lab.made.tokens.readOnly } });
  const reason = expect.stringMatching(/the token can't read its contents: .* give it the scope 'read_repository'/);
  expect({ code, failures: failuresIn(stdout).map((failure) => failure.reason) }).toEqual({ code: 1, failures: [reason, reason] });
  const apart = makeForgeSite(join(folder, 'apart'), lab);
  expect((await apart.take(['--stages', 'pull-requests'], { env: { GITLAB_TOKEN: lab.made.tokens.readOnly } })).code).toBe(0);
});

it('a token that is revoked on the way ends the run with a message that names its variable', async () => {
  const folder = tempFolder();
  const lab = await startLab(folder, { projects: 3, mergeRequests: 20 });
  const byProject = { kind: 'rest', path: /^\/projects\/.*\/merge_requests$/ } as const;
  lab.server.setFaults([{ match: byProject, effect: { do: 'unauthorized', revoke: true } }]);
  const site = makeForgeSite(join(folder, 'site'), lab);
  const { code, stderr } = await site.take(['--stages', 'pull-requests', '--concurrency', '1']);
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^error: GITLAB_TOKEN is not accepted \(401\) by http:\S+ \(Token was revoked\..*\): .* make a new one with scope read_api\./,
  );
  expect(stderr).not.toContain(lab.made.tokens.personal);
  // The other projects aren't tried, which could tell nothing else.
  expect(lab.server.requests.filter(({ path }) => byProject.path.test(path))).toHaveLength(1);
});

it('a GitLab that fails for a while is told of while it is asked again', async () => {
  const folder = tempFolder();
  const effect = { do: 'status', status: 502 } as const;
  const lab = await startLab(folder, { projects: 1, mergeRequests: 1, faults: [{ match: { kind: 'rest' }, times: Number.POSITIVE_INFINITY, effect }] });
  const told = /^listing of repositories: started; attempt \d+: GitLab answered GET \/api\/v4\/groups\/acme\/projects with 502/m;
  // It fails until that is told of: how often it's asked by then depends on the machine.
  const heard = (stderr: string) => told.test(stderr) && lab.server.setFaults([]);
  const { code, stderr } = await makeForgeSite(join(folder, 'site'), lab).take(['--stages', 'pull-requests'], { heard });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(told);
});
