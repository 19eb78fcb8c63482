import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeForgeSite } from './support/forge.ts';
import { startAcme } from './support/github.ts';
import { failuresIn } from './support/report.ts';

it('a repository that GitHub has blocked fails alone, with the reason', async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 10 });
  const { code, stdout } = await makeForgeSite(join(folder, 'site'), acme).take();
  expect({ code, failures: failuresIn(stdout) }).toEqual({
    code: 1,
    failures: [{ repository: 'acme/repo-004', reason: "GitHub doesn't hand it out: Repository access blocked" }],
  });
  expect(stdout).toContain('4 of 5 repositories synced, 1 failed\n');
});

it('a GitHub that fails for a while is told of while it is asked again', async () => {
  const folder = tempFolder();
  const effect = { do: 'status', status: 502 } as const;
  const acme = await startAcme(folder, { repositories: 1, pullRequests: 1, faults: [{ match: { kind: 'graphql' }, times: Number.POSITIVE_INFINITY, effect }] });
  const told = /^listing of repositories: started; attempt \d+: GitHub answered POST \/api\/graphql with 502/m;
  // It fails until that is told of: how often it's asked by then depends on the machine.
  const heard = (stderr: string) => told.test(stderr) && acme.server.setFaults([]);
  const { code, stderr } = await makeForgeSite(join(folder, 'site'), acme).take(['--stages', 'pull-requests'], { heard });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(told);
});
