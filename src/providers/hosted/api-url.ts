import { InvalidInput } from '../../model/errors.ts';

/**
 * Checks the address of a code host or its API. A token goes over plain HTTP to this machine only.
 * @param where The setting that it comes from, for messages.
 * @param advice What it should look like.
 * @returns The address without a slash at its end.
 * @throws InvalidInput
 */
export function checkApiUrl(text: string, where: string, advice: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw new InvalidInput([`${where}: '${withoutLogin(text)}' is not a web address; ${advice}`]);
  }
  // A password with a slash in it turns what was meant as a host into a path.
  if (url.pathname.includes('@') || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidInput([`${where}: must be an address alone; ${advice}`]);
  }
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new InvalidInput([`${where}: '${text}' would send the token unencrypted; ${advice}`]);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Removes what may be a password: in text that is not a web address, anything may precede the '@'. */
function withoutLogin(url: string): string {
  return url.replace(/^.*@/s, '…@');
}
