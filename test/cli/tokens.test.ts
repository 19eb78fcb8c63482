import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, processesWith, until } from '../sources/hosted/support.ts';
import type { FaultMatch } from '../support/forge/faults.ts';
import type { GitHubFault } from '../support/github/effects.ts';
import type { GitLabFault } from '../support/gitlab/effects.ts';
import { tempFolder } from '../support/temp.ts';
import { type Forge, makeForgeSite } from './support/forge.ts';
import { asApp, startAcme } from './support/github.ts';
import { startLab } from './support/gitlab.ts';
import { formsOf, formsOfKey, historiesOf, leaks, type Trace } from './support/traces.ts';

/** A host whose faults tell what they have met. */
interface FaultyForge extends Forge {
  server: Forge['server'] & { unmetFaults(): { match?: FaultMatch }[] };
}

/** The clone that is refused however often it's asked for. */
const REFUSED = /\/(repo|project)-000\.git/;

/** What may go wrong with clones, told in words that repeat a secret. */
const gitFaults = (secret: string) =>
  [
    { match: { kind: 'git', method: 'POST', path: /\/(\.github|Dots\.and.*)\.git\//, text: /want/ }, effect: { do: 'slow', milliseconds: 1_500 } },
    { match: { kind: 'git', path: REFUSED }, times: 9, effect: { do: 'git-error', status: 403, message: `no access with ${secret}` } },
    { match: { kind: 'git', path: /-002\.git/ }, effect: { do: 'git-error', status: 503, message: `${secret} is unavailable` } },
  ] satisfies (GitHubFault & GitLabFault)[];

/** And with each API. */
const gitHubFaults = (secret: string): GitHubFault[] => [
  ...gitFaults(secret),
  { match: { kind: 'graphql' }, effect: { do: 'status', status: 503, body: JSON.stringify({ message: `${secret} is unavailable` }) } },
  { match: { kind: 'graphql' }, after: 2, effect: { do: 'secondary-limit', seconds: 2 } },
  { match: { kind: 'graphql' }, after: 4, effect: { do: 'graphql-error', message: `Something else went wrong with ${secret}` } },
];
const gitLabFaults = (secret: string): GitLabFault[] => [
  ...gitFaults(secret),
  { match: { kind: 'rest' }, effect: { do: 'status', status: 503, body: { message: `${secret} is unavailable` } } },
  { match: { kind: 'rest' }, after: 2, effect: { do: 'rate-limit', seconds: 2 } },
  {
    match: { kind: 'rest' },
    after: 5,
    effect: { do: 'status', status: 500, body: { error: 'failed', error_description: `Something went wrong with ${secret}` } },
  },
  { match: { kind: 'rest' }, after: 7, effect: { do: 'html' } },
  { match: { kind: 'rest' }, after: 9, effect: { do: 'reset' } },
];

/** Runs a sync of 5 repositories under these faults, of which 2 fail; gives all that it has left anywhere, and what its processes were given. */
async function traces(folder: string, forge: FaultyForge, access: Record<string, string>, ...options: string[]): Promise<Trace[]> {
  const site = makeForgeSite(join(folder, 'site'), { ...forge, access });
  const run = site.take(options, { env: { LOG_LEVEL: 'trace' } });
  await until(() => forge.server.requests.some(({ fault }) => fault === 'slow'));
  const processes = processesWith(site.folder);
  const { code, stdout, stderr } = await run;
  expect(code, stderr).toBe(1);
  expect(stdout).toMatch(/3 of 5 repositories synced, 2 failed/);
  expect(forge.server.unmetFaults().filter(({ match }) => match?.path !== REFUSED)).toEqual([]);
  expect(stderr).toContain('listing of repositories');

  for (const name of ['remote-http', 'start-dev'])
    expect(
      processes.map(({ cmdline }) => cmdline).some((line) => line.includes(name)),
      name,
    ).toBe(true);
  const histories = await historiesOf(site.settings);
  expect(histories.map(([place]) => place)).toContain(`history of org-sync/${forge.provider}/acme`);
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
  for (const place of [`history of org-sync/${forge.provider}/acme`, join(site.folder, 'org-sync.db')])
    expect(leaks(['no access with [token]'], all)).toContain(place);
  return all;
}

it("GitHub's personal token is nowhere: not in histories, output, logs, files, arguments or other processes", async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 40 });
  const { personal } = acme.made.tokens;
  acme.server.setFaults(gitHubFaults(personal));
  expect(leaks(formsOf(personal), await traces(folder, acme, acme.access))).toEqual([]);
});

it("nor are an App's key, what it signs, and the tokens that it is given", async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 40 });
  const { world, app } = acme.made;
  // Known only once it has been given.
  acme.server.setFaults([...gitHubFaults('[token]'), { match: { kind: 'graphql' }, after: 6, effect: { do: 'unauthorized', revoke: true } }]);
  const left = await traces(folder, acme, asApp(acme));
  const given = world.tokens.filter(({ kind }) => kind === 'installation').map(({ value }) => value);
  expect(given.length).toBeGreaterThan(1);
  const signed = acme.server.requests.filter(({ path }) => path.endsWith('/access_tokens')).map(({ headers }) => String(headers['authorization']?.slice(7)));
  expect(leaks([...given, ...signed].flatMap(formsOf).concat(formsOfKey(app.privateKey)), left)).toEqual([]);
});

it("GitLab's personal token is nowhere either", async () => {
  const folder = tempFolder();
  const lab = await startLab(folder, { projects: 5, mergeRequests: 40 });
  const { personal } = lab.made.tokens;
  lab.server.setFaults(gitLabFaults(personal));
  expect(leaks(formsOf(personal), await traces(folder, lab, lab.access))).toEqual([]);
});

it("nor are a connection's token for the API and its deploy token for clones", async () => {
  const folder = tempFolder();
  const lab = await startLab(folder, { projects: 5, mergeRequests: 40 });
  const { world, tokens } = lab.made;
  for (const token of world.tokens) if (token.value === tokens.deploy) token.projects = world.projects.map(({ id }) => id);
  const file = join(folder, 'connections.json');
  const git = { username: 'gitlab+deploy-token-1', token: tokens.deploy };
  writeFileSync(file, JSON.stringify({ work: { provider: 'gitlab', url: lab.server.url, token: tokens.readOnly, git } }));
  // Its words repeat what clones are sent with; the API is sent another.
  lab.server.setFaults([...gitFaults(tokens.deploy), ...gitLabFaults(tokens.readOnly).slice(gitFaults('').length)]);
  const left = await traces(folder, lab, { ORG_SYNC_CONNECTIONS: file }, '--connection', 'work');
  expect(leaks([tokens.readOnly, tokens.deploy].flatMap(formsOf), left)).toEqual([]);
  expect(lab.server.requests.filter(({ caller }) => caller === 'token:gitlab+deploy-token-1').map(({ kind }) => kind)).toContain('git');
});
