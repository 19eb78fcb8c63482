import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, processesWith } from '../providers/hosted/support.ts';
import type { FaultMatch } from '../support/forge/faults.ts';
import type { GitHubFault } from '../support/github/effects.ts';
import type { GitLabFault } from '../support/gitlab/effects.ts';
import { tempFolder } from '../support/temp.ts';
import { type Forge, makeForgeSite } from './support/forge.ts';
import { asApp, startAcme } from './support/github.ts';
import { startLab } from './support/gitlab.ts';
import { formsOf, formsOfKey, historiesOf, leaks, type Trace } from './support/traces.ts';

/** A host that faults can be set on, which tell what they have met. */
interface FaultyForge<F> extends Forge {
  server: Forge['server'] & { setFaults(faults: readonly F[]): void; unmetFaults(): { match?: FaultMatch }[] };
}

/** The clone that is refused however often it's asked for. */
const REFUSED = /\/(repo|project)-000\.git/;

/** What is done while a clone waits for its pack, so that git is at work for certain. */
type Look = () => void;

/** What may go wrong with clones, told in words that repeat a secret. */
const gitFaults = (secret: string, look: Look) =>
  [
    { match: { kind: 'git', method: 'POST', path: /\/(\.github|Dots\.and.*)\.git\//, text: /want/ }, effect: { do: 'change', change: look } },
    { match: { kind: 'git', path: REFUSED }, times: 9, effect: { do: 'git-error', status: 403, message: `no access with ${secret}` } },
    { match: { kind: 'git', path: /-002\.git/ }, effect: { do: 'git-error', status: 503, message: `${secret} is unavailable` } },
  ] satisfies (GitHubFault & GitLabFault)[];

/** And with each API; the first of them meets the listing. */
const gitHubFaults = (secret: string): [GitHubFault, ...GitHubFault[]] => [
  { match: { kind: 'graphql' }, effect: { do: 'status', status: 503, body: JSON.stringify({ message: `${secret} is unavailable` }) } },
  { match: { kind: 'graphql' }, after: 2, effect: { do: 'secondary-limit', seconds: 2 } },
  { match: { kind: 'graphql' }, after: 4, effect: { do: 'graphql-error', message: `Something else went wrong with ${secret}` } },
];
const gitLabFaults = (secret: string): [GitLabFault, ...GitLabFault[]] => [
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

/**
 * Runs a sync of 5 repositories under faults, of which 2 fail; gives all that it has left anywhere, and what its processes were given.
 * @param faultsOf Those of the API and {@link gitFaults}.
 */
async function traces<F extends GitHubFault | GitLabFault>(
  folder: string,
  forge: FaultyForge<F>,
  access: Record<string, string>,
  faultsOf: (look: Look) => [F, ...F[]],
  ...options: string[]
): Promise<Trace[]> {
  const site = makeForgeSite(join(folder, 'site'), { ...forge, access });
  let processes: ReturnType<typeof processesWith> = [];
  const faults = faultsOf(() => {
    processes = processesWith(site.folder);
  });
  // The listing fails until that is told of, however late that is.
  forge.server.setFaults([{ ...faults[0], times: Number.POSITIVE_INFINITY }]);
  let told = false;
  const heard = (text: string) => {
    if (told || !text.includes('listing of repositories')) return;
    told = true;
    forge.server.setFaults(faults);
  };
  const { code, stdout, stderr } = await site.take(options, { env: { LOG_LEVEL: 'trace' }, heard });
  expect(code, stderr).toBe(1);
  expect(stdout).toMatch(/3 of 5 repositories synced, 2 failed/);
  expect(forge.server.unmetFaults().filter(({ match }) => match?.path !== REFUSED)).toEqual([]);
  expect(stderr).toContain('listing of repositories');

  for (const name of ['remote-http', 'start-dev'])
    expect(
      processes.map(({ cmdline }) => cmdline).some((line) => line.includes(name)),
      name,
    ).toBe(true);
  const histories = await historiesOf(site.settings, 5);
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
  const left = await traces(folder, acme, acme.access, (look) => [...gitHubFaults(personal), ...gitFaults(personal, look)]);
  expect(leaks(formsOf(personal), left)).toEqual([]);
});

it("nor are an App's key, what it signs, and the tokens that it is given", async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 40 });
  const { world, app } = acme.made;
  const revoked: GitHubFault = { match: { kind: 'graphql' }, after: 6, effect: { do: 'unauthorized', revoke: true } };
  // Known only once it has been given.
  const left = await traces(folder, acme, asApp(acme), (look) => [...gitHubFaults('[token]'), ...gitFaults('[token]', look), revoked]);
  const given = world.tokens.filter(({ kind }) => kind === 'installation').map(({ value }) => value);
  expect(given.length).toBeGreaterThan(1);
  const signed = acme.server.requests.filter(({ path }) => path.endsWith('/access_tokens')).map(({ headers }) => String(headers['authorization']?.slice(7)));
  expect(leaks([...given, ...signed].flatMap(formsOf).concat(formsOfKey(app.privateKey)), left)).toEqual([]);
});

it("GitLab's personal token is nowhere either", async () => {
  const folder = tempFolder();
  const lab = await startLab(folder, { projects: 5, mergeRequests: 40 });
  const { personal } = lab.made.tokens;
  const left = await traces(folder, lab, lab.access, (look) => [...gitLabFaults(personal), ...gitFaults(personal, look)]);
  expect(leaks(formsOf(personal), left)).toEqual([]);
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
  const faultsOf = (look: Look): [GitLabFault, ...GitLabFault[]] => [...gitLabFaults(tokens.readOnly), ...gitFaults(tokens.deploy, look)];
  const left = await traces(folder, lab, { ORG_SYNC_CONNECTIONS: file }, faultsOf, '--connection', 'work');
  expect(leaks([tokens.readOnly, tokens.deploy].flatMap(formsOf), left)).toEqual([]);
  expect(lab.server.requests.filter(({ caller }) => caller === 'token:gitlab+deploy-token-1').map(({ kind }) => kind)).toContain('git');
});
