import type { Forge } from './forge.ts';
import { asApp, startAcme } from './github.ts';
import { startLab } from './gitlab.ts';

/** What both hosts' worlds are made by. */
interface Size {
  repositories: number;
  pullRequests: number;
  tls?: { key: string; cert: string };
}

/** A kind of code host, for tests of what holds for each. */
export interface Host {
  provider: 'github' | 'gitlab';
  /** As messages call it. */
  name: string;
  /** Variables. */
  token: string;
  url: string;
  /** What a token of this host looks like. */
  tokenOf: (secret: string) => string;
  /** Where its API is, behind an origin, as the variable of its address wants it. */
  path: string;
  /** How messages say what the address has to be: before anything is asked, and after. */
  write: string;
  advice: string;
  /** The kind of its API's requests. */
  api: 'graphql' | 'rest';
  /** Starts one, which ends with the calling test file. */
  start(folder: string, size: Size): Promise<Forge>;
  /** Each kind of access that it's asked with, as settings. */
  accesses(forge: Forge): Record<string, string>[];
}

export const GITHUB: Host = {
  provider: 'github',
  name: 'GitHub',
  token: 'GITHUB_TOKEN',
  url: 'GITHUB_URL',
  tokenOf: (secret) => `ghp_${secret}`,
  path: '/api/v3',
  write: 'write https://api.github.com, or https://<host>/api/v3 for an Enterprise Server',
  advice: "it has to be the API's address, https://api.github.com or https://<host>/api/v3.",
  api: 'graphql',
  start: startAcme,
  accesses: (forge) => [forge.access, asApp(forge as Awaited<ReturnType<typeof startAcme>>)],
};

export const GITLAB: Host = {
  provider: 'gitlab',
  name: 'GitLab',
  token: 'GITLAB_TOKEN',
  url: 'GITLAB_URL',
  tokenOf: (secret) => `glpat-${secret}`,
  path: '',
  write: 'write https://gitlab.com, or https://<host> for a GitLab of your own, with its path where it has one',
  advice: "it has to be the address of GitLab's pages, https://gitlab.com or https://<host>, with its path where it has one.",
  api: 'rest',
  start: (folder, { repositories, pullRequests, ...more }) => startLab(folder, { projects: repositories, mergeRequests: pullRequests, ...more }),
  accesses: (forge) => [forge.access],
};

export const HOSTS = [GITHUB, GITLAB];
