/** Options of a database URL that hand files of the user to the server it names. */
const FILE_OPTIONS = ['sslcert', 'sslkey', 'sslrootcert', 'tlscafile', 'tlscertificatekeyfile', 'tlscrlfile'];

/** Ways to log in with what the machine or the user has: a cloud's role, a Kerberos ticket, a certificate. */
const AMBIENT_MECHANISMS = ['GSSAPI', 'MONGODB-AWS', 'MONGODB-OIDC', 'MONGODB-X509'];

/** Settings that make a connection safer, and take nothing to the server. */
const KEPT = ['PGSSLMODE'];

/** A path at which no password file can be: without one, the driver reads `.pgpass` in the user's home. */
const NO_FILE = '/dev/null/none';

/**
 * Says what a database URL from an untrusted file asks for that doesn't stand in it.
 * @returns Names of options, with their values where these matter; never a secret.
 */
export function ambientCredentials(url: string): string[] {
  // Drivers parse with WHATWG rules, which remove these characters before anything else.
  const [, query = ''] = url.replaceAll(/[\t\n\r]/g, '').split(/\?(.*)/s);
  return [...new URLSearchParams(query)].flatMap(([name, value]) => {
    if (FILE_OPTIONS.includes(name.toLowerCase())) return [name];
    const mechanism = value.toUpperCase();
    return name.toLowerCase() === 'authmechanism' && AMBIENT_MECHANISMS.includes(mechanism) ? [`${name}=${mechanism}`] : [];
  });
}

/**
 * Removes from an environment what PostgreSQL's driver would add to a URL, and keeps it from the user's password file.
 * @returns Names of the variables that were set.
 */
export function removeDatabaseSettings(environment: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(environment).filter((name) => name.startsWith('PG') && !KEPT.includes(name));
  for (const name of names) delete environment[name];
  environment['PGPASSFILE'] = NO_FILE;
  return names;
}
