import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { NetworkEnvironment } from '../../git/program.ts';

/**
 * Variables by which git reaches a host as Node does: proxies, and certificate authorities. Those that Node alone is
 * told of (`NODE_EXTRA_CA_CERTS`) are put into a file with all others, as what git is given takes the place of what it
 * trusts by itself.
 * @param folder Where such a file is put.
 */
export async function networkSettings({ variables, hasOwnAuthorities }: NetworkEnvironment, folder: string): Promise<Record<string, string>> {
  if (!hasOwnAuthorities || 'GIT_SSL_CAINFO' in variables) return variables;
  const file = join(folder, 'org-sync-authorities.pem');
  const certificates = new Set([...getCACertificates('default'), ...getCACertificates('system')].map((certificate) => certificate.trim()));
  await writeFile(file, `${[...certificates].join('\n')}\n`);
  return { ...variables, GIT_SSL_CAINFO: file };
}
