import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, processesWith, until } from '../sources/hosted/support.ts';
import type { GitHubFault } from '../support/github/effects.ts';
import { tempFolder } from '../support/temp.ts';
import { type Acme, asApp, makeGitHubSite, startAcme } from './support/github.ts';
import { formsOf, formsOfKey, historiesOf, leaks, type Trace } from './support/traces.ts';

/** Everything that may go wrong in a sync, told in words that repeat a secret. */
const faults = (secret: string): GitHubFault[] => [
  { match: { kind: 'git', method: 'POST', path: /\.github\.git/, text: /want/ }, effect: { do: 'slow', milliseconds: 1_500 } },
  { match: { kind: 'git', path: /repo-000\.git/ }, times: 9, effect: { do: 'git-error', status: 403, message: `no access with ${secret}` } },
  { match: { kind: 'git', path: /repo-002\.git/ }, effect: { do: 'git-error', status: 503, message: `${secret} is unavailable` } },
  { match: { kind: 'graphql' }, effect: { do: 'status', status: 503, body: JSON.stringify({ message: `${secret} is unavailable` }) } },
  { match: { kind: 'graphql' }, after: 2, effect: { do: 'secondary-limit', seconds: 2 } },
  { match: { kind: 'graphql' }, after: 4, effect: { do: 'graphql-error', message: `Something else went wrong with ${secret}` } },
];

/** Runs a sync under these faults; gives all that it has left anywhere, and what its processes were given. */
async function traces(folder: string, acme: Acme, env: Record<string, string>): Promise<Trace[]> {
  const site = makeGitHubSite(join(folder, 'site'), acme);
  const run = site.run(['sync', 'github', 'acme'], { env: { ...env, LOG_LEVEL: 'trace' } });
  await until(() => acme.server.requests.some(({ fault }) => fault === 'slow'));
  const processes = processesWith(site.folder);
  const { code, stdout, stderr } = await run;
  expect(code, stderr).toBe(1);
  expect(stdout).toMatch(/3 of 5 repositories synced, 2 failed/);
  expect(acme.server.unmetFaults().filter(({ match }) => !match?.path?.test('/acme/repo-000.git'))).toEqual([]);
  expect(stderr).toContain('listing of repositories');

  for (const name of ['remote-http', 'start-dev'])
    expect(
      processes.map(({ cmdline }) => cmdline).some((line) => line.includes(name)),
      name,
    ).toBe(true);
  const histories = await historiesOf(site.settings);
  expect(histories.map(([place]) => place)).toContain('history of org-sync/github/acme');
  expect(histories.length).toBe(2 * 5);
  const all: Trace[] = [
    ['standard output', stdout],
    ['standard error', stderr],
    ...histories,
    ...filesBelow(site.folder),
    ...processes.map(({ cmdline }): Trace => [`arguments of ${cmdline}`, cmdline]),
    // The command itself was given it.
    ...processes.filter(({ cmdline }) => !cmdline.includes('bin/org-sync')).map(({ cmdline, environ }): Trace => [`environment of ${cmdline}`, environ]),
  ];
  // What stands there in place of it shows that it would be found.
  for (const place of ['history of org-sync/github/acme', join(site.folder, 'org-sync.db')]) expect(leaks(['no access with [token]'], all)).toContain(place);
  return all;
}

it('a personal token is nowhere: not in histories, output, logs, files, arguments or other processes', async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 40 });
  const { personal } = acme.made.tokens;
  acme.server.setFaults(faults(personal));
  expect(leaks(formsOf(personal), await traces(folder, acme, acme.access))).toEqual([]);
});

it("nor are an App's key, what it signs, and the tokens that it is given", async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 40 });
  const { world, app } = acme.made;
  // Known only once it has been given.
  acme.server.setFaults([...faults('[token]'), { match: { kind: 'graphql' }, after: 6, effect: { do: 'unauthorized', revoke: true } }]);
  const left = await traces(folder, acme, asApp(acme));
  const given = world.tokens.filter(({ kind }) => kind === 'installation').map(({ value }) => value);
  expect(given.length).toBeGreaterThan(1);
  const signed = acme.server.requests.filter(({ path }) => path.endsWith('/access_tokens')).map(({ headers }) => String(headers['authorization']?.slice(7)));
  expect(leaks([...given, ...signed].flatMap(formsOf).concat(formsOfKey(app.privateKey)), left)).toEqual([]);
});
