import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { NetworkEnvironment } from '../../git/program.ts';

/**
 * Variables that let git reach a host as Node does: proxies and certificate authorities. Authorities that only Node knows
 * (`NODE_EXTRA_CA_CERTS`) are written to a file together with all others, because git's setting replaces its defaults.
 * @param folder Where that file is written.
 */
export async function networkSettings({ variables, hasOwnAuthorities }: NetworkEnvironment, folder: string): Promise<Record<string, string>> {
  if (!hasOwnAuthorities || 'GIT_SSL_CAINFO' in variables) return variables;
  const file = join(folder, 'org-sync-authorities.pem');
  const certificates = new Set([...getCACertificates('default'), ...getCACertificates('system')].map((certificate) => certificate.trim()));
  await writeFile(file, `${[...certificates].join('\n')}\n`);
  return { ...variables, GIT_SSL_CAINFO: file };
}
