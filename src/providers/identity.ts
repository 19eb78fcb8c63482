import { createHash } from 'node:crypto';

/** Host and full name by which every source knows a repository. */
export interface RemoteName {
  host: string;
  name: string;
}

/** Ports that are ignored whatever the scheme: hosts offer ssh on the https port too, for firewalls that block others. */
const ANY_SCHEME = ['', '22', '443'];

/** Other default ports by scheme. */
const USUAL_PORT: Record<string, string> = { http: '80', git: '9418' };

/**
 * Host names that other hosts use for ssh.
 * @see https://docs.github.com/en/authentication/troubleshooting-ssh/using-ssh-over-the-https-port
 * @see https://about.gitlab.com/blog/gitlab-dot-com-now-supports-an-alternate-git-plus-ssh-port/
 * @see https://support.atlassian.com/bitbucket-cloud/docs/use-the-ssh-protocol-with-bitbucket-cloud/
 */
const SSH_HOSTS: Record<string, string> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

/**
 * Host and full name from a remote's URL, in its https, ssh, git or scp-like form, without credentials, usual
 * ports, `.git` and slashes at the end. If a host names a repository differently over ssh, the https name is used.
 * @returns null if the remote is a path or a `file://` URL, or nothing that names a repository at a host.
 */
export function parseRemote(remote: string): RemoteName | null {
  const named = parseAsWritten(remote);
  return named === null ? null : overHttps(named);
}

/** Schemes under which git asks a host. Others belong to programs that name repositories in their own ways, or are mistakes. */
const SCHEMES = new Set(['http', 'https', 'ssh', 'git', 'ftp', 'ftps', 'git+ssh', 'ssh+git']);

function parseAsWritten(remote: string): RemoteName | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(remote)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    if (!SCHEMES.has(scheme)) return null;
    // The URL class would reject some remotes that git accepts.
    const [, place, rest] = /^[^:]+:\/\/([^/]*)(?:\/(.*))?$/s.exec(remote) ?? [];
    // Over http, what follows is for the server, and may be a token.
    const path = scheme.startsWith('http') ? rest?.replace(/[?#].*$/s, '') : rest;
    return remoteName(place, path, USUAL_PORT[scheme]);
  }
  // A remote helper's own address.
  if (/^[a-z0-9+.-]+::/i.test(remote)) return null;
  // scp-like: a colon before the first slash, and not a drive letter; a port may stand in brackets.
  const [, bracketed, place, path] = /^(?:\[([^\]/]*@[^\]/]*)\]|((?:[^/]*@)?(?:\[[^\]]*\]|[^:/@[]{2,}))):(.*)$/s.exec(remote) ?? [];
  // A URL with a slash too few.
  if (place !== undefined && (SCHEMES.has(place.toLowerCase()) || place.toLowerCase() === 'file')) return null;
  return remoteName(bracketed ?? place, path);
}

/** Letters of any script: hosts may have international names. */
const HOST = /^(\[[0-9a-f:.]+\]|[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_-])?)$/iu;

/**
 * Characters that no host has in the names of repositories. What holds them isn't a name: most often it's a URL that was
 * pasted twice, or with something before it, and it may hold a password.
 */
const NO_NAME = /[\p{C}@:?#;\\"'<>|^`{}]|^\s|\s$/u;

/** @param place Host with its port and any login before it; a password may contain an '@'. */
function remoteName(place: string | undefined, path: string | undefined, usualPort?: string): RemoteName | null {
  const [, named, port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(place?.slice(place.lastIndexOf('@') + 1) ?? '') ?? [];
  const host = named?.replace(/\.$/, '').toLowerCase() ?? '';
  const name = (path ?? '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '')
    .replace(/\/+$/, '');
  const isPath = name.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (!HOST.test(host) || isPath || NO_NAME.test(name)) return null;
  const usual = port === undefined || port === usualPort || ANY_SCHEME.includes(port);
  return { host: `${host}${usual ? '' : `:${port}`}`, name };
}

/** Bitbucket Server's port for ssh, where names lack the first part that they have over https. */
const BITBUCKET_SERVER_SSH = ':7999';

const AZURE = 'dev.azure.com';

/** An organization's own host at Azure DevOps. */
const AZURE_ORGANIZATION = /^([^.]+)\.visualstudio\.com$/;

function overHttps({ host, name }: RemoteName): RemoteName {
  if (host.endsWith(BITBUCKET_SERVER_SSH) && /^[^/]+\/[^/]+$/.test(name)) return { host: host.slice(0, -BITBUCKET_SERVER_SSH.length), name: `scm/${name}` };
  return azureName({ host, name }) ?? { host: SSH_HOSTS[host] ?? host, name };
}

/**
 * A repository at Azure DevOps as its present address names it, `organization/project/_git/repository`; the project may be
 * missing there where the repository has its name.
 * @see https://learn.microsoft.com/en-us/azure/devops/repos/git/use-ssh-keys-to-authenticate
 * @see https://learn.microsoft.com/en-us/azure/devops/release-notes/2018/sep-10-azure-devops-launch#switch-existing-organizations-to-use-the-new-domain-name-url
 */
function azureName({ host, name }: RemoteName): RemoteName | undefined {
  if (host === `ssh.${AZURE}` || host === 'vs-ssh.visualstudio.com') {
    const [, organization, project, repository] = /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/i.exec(name) ?? [];
    return repository === undefined ? undefined : { host: AZURE, name: `${organization}/${project}/_git/${repository}` };
  }
  const organization = AZURE_ORGANIZATION.exec(host)?.[1];
  if (host !== AZURE && organization === undefined) return undefined;
  const path = organization === undefined ? name : `${organization}/${name.replace(/^DefaultCollection\//i, '')}`;
  const [, owner, project, repository] = /^([^/]+)\/(?:([^/]+)\/)?_git\/([^/]+)$/i.exec(path) ?? [];
  return repository === undefined ? undefined : { host: AZURE, name: `${owner}/${project ?? repository}/_git/${repository}` };
}

/**
 * Ids that org-sync 0.1.0 derived from other forms of the same remote.
 * @param remote As {@link parseRemote} gives it.
 */
export function formerRepositoryIds(remote: RemoteName): string[] {
  // A host may include the path that it lies below.
  const [host = '', ...below] = remote.host.split('/');
  const name = [...below, remote.name].join('/');
  if (host === '') return [];
  const former: RemoteName[] = host.includes(':') ? [] : Object.values(USUAL_PORT).map((port) => ({ host: `${host}:${port}`, name }));
  for (const [sshHost, usual] of Object.entries(SSH_HOSTS)) if (usual === host) former.push({ host: sshHost, name });
  const [, ofBitbucket] = /^scm\/([^/]+\/[^/]+)$/i.exec(name) ?? [];
  if (ofBitbucket !== undefined && !host.includes(':')) former.push({ host: `${host}${BITBUCKET_SERVER_SSH}`, name: ofBitbucket });
  const [, organization, project, repository] = (host === AZURE && /^([^/]+)\/([^/]+)\/_git\/([^/]+)$/i.exec(name)) || [];
  if (organization !== undefined) {
    const own = `${organization}.visualstudio.com`;
    former.push(
      ...[`ssh.${AZURE}`, 'vs-ssh.visualstudio.com'].map((sshHost) => ({ host: sshHost, name: `v3/${organization}/${project}/${repository}` })),
      ...['', 'DefaultCollection/'].map((collection) => ({ host: own, name: `${collection}${project}/_git/${repository}` })),
    );
    if (project?.toLowerCase() === repository?.toLowerCase()) {
      former.push({ host: AZURE, name: `${organization}/_git/${repository}` });
      former.push(...['', 'DefaultCollection/'].map((collection) => ({ host: own, name: `${collection}_git/${repository}` })));
    }
  }
  return former.map(repositoryId);
}

/**
 * Id of a repository: the first 16 bytes of SHA-256 of `<host>/<full name>` in lower case, as a UUID of version 8.
 */
export function repositoryId({ host, name }: RemoteName): string {
  return uuidOf(`${host}/${name}`.toLowerCase());
}

/** Id of a repository without a host: of `file://<real path>`, case-sensitive. */
export function localRepositoryId(path: string): string {
  return uuidOf(`file://${path}`);
}

function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
