import { createHash } from 'node:crypto';

/** Host and full name by which every source knows a repository. */
export interface RemoteName {
  host: string;
  name: string;
}

/**
 * Host and full name from a remote's URL, in its https, ssh, git or scp-like form, without credentials, usual
 * ports, `.git` and slashes at the end.
 * @returns null where the remote is a path or a `file://` URL.
 */
export function parseRemote(remote: string): RemoteName | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(remote)?.[1]?.toLowerCase();
  if (scheme === 'file') return null;
  if (scheme !== undefined) {
    // The URL class keeps ports of schemes it doesn't know and refuses nothing that git takes.
    const [, place, path] = /^[^:]+:\/\/([^/]*)(?:\/(.*))?$/s.exec(remote) ?? [];
    return remoteName(place, path);
  }
  // A remote helper's own address.
  if (/^[a-z0-9+.-]+::/i.test(remote)) return null;
  // scp-like: a colon before the first slash, and not a drive letter; a port may stand in brackets.
  const [, bracketed, place, path] = /^(?:\[([^\]/]*@[^\]/]*)\]|((?:[^/]*@)?(?:\[[^\]]*\]|[^:/@[]{2,}))):(.*)$/s.exec(remote) ?? [];
  return remoteName(bracketed ?? place, path);
}

/** @param place Host with its port and whatever login stands before it: a password may hold an '@'. */
function remoteName(place: string | undefined, path: string | undefined): RemoteName | null {
  const [, host, port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(place?.slice(place.lastIndexOf('@') + 1) ?? '') ?? [];
  const name = (path ?? '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '')
    .replace(/\/+$/, '');
  if (host === undefined || host === '' || name === '') return null;
  const usual = port === undefined || port === '' || port === '22' || port === '443';
  return { host: `${host.toLowerCase()}${usual ? '' : `:${port}`}`, name };
}

/**
 * Id of a repository: the first 16 bytes of SHA-256 of `<host>/<full name>` in lower case, as a UUID of version 8.
 */
export function repositoryId({ host, name }: RemoteName): string {
  return uuidOf(`${host}/${name}`.toLowerCase());
}

/** Id of a repository that no host knows: of `file://<real path>`, upper and lower case being different. */
export function localRepositoryId(path: string): string {
  return uuidOf(`file://${path}`);
}

function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
