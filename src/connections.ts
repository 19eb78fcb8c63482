import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Provider } from './model/providers.ts';
import { type ConfiguredProviders, forEachProvider, PROVIDER_MODULES } from './providers/index.ts';

/** Modules whose connections ORG_SYNC_CONNECTIONS may name. */
const CONNECTABLE = Object.values(PROVIDER_MODULES).flatMap(({ name, connectionSchema }) =>
  connectionSchema === undefined ? [] : [{ name, connectionSchema }],
);

type Entry = { provider: Provider };

const [first, ...rest] = CONNECTABLE.map(({ connectionSchema }) => connectionSchema);

const namedConnections = z.record(
  z.string().trim().min(1, 'a connection needs a name'),
  z.discriminatedUnion('provider', [first, ...rest] as [typeof first & {}, ...typeof rest], {
    error: ({ code }) => (code === 'invalid_union' ? `must be ${CONNECTABLE.map(({ name }) => `'${name}'`).join(' or ')}` : undefined),
  }),
);

/**
 * Configures all providers from the variables of the environment and the file that ORG_SYNC_CONNECTIONS names.
 * @param problems Gets everything that is wrong, without values that may be secrets.
 */
export function configureProviders(variables: Readonly<Record<string, unknown>>, file: string | undefined, problems: string[]): ConfiguredProviders {
  const entries = file === undefined ? [] : readEntries(file, problems);
  return forEachProvider((name) =>
    PROVIDER_MODULES[name].configure({ variables, connections: entries.filter(([, { provider }]) => provider === name) }, problems),
  );
}

function readEntries(file: string, problems: string[]): [name: string, Entry][] {
  const refuse = (problem: string) => {
    problems.push(`ORG_SYNC_CONNECTIONS: ${file} ${problem}`);
    return [];
  };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // JSON.parse quotes the text that it can't parse, which may be a token.
    return refuse(error instanceof SyntaxError ? 'is not JSON' : `can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const parsed = namedConnections.safeParse(json);
  if (parsed.success) return Object.entries(parsed.data as Record<string, Entry>);
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  return refuse(`is not valid: ${issues.join('; ')}`);
}
