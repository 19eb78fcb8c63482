import type { z } from 'zod';
import { InvalidInput } from '../../model/errors.ts';
import type { ConfiguredProvider, ProviderModule, ProviderSettings, SyncCommand } from '../provider.ts';
import type { Source } from '../source.ts';
import type { CloneResources } from './prepare.ts';

/** A setting's value by the name of its variable. */
export type Variables<Environment> = { [Name in keyof Environment]?: string | undefined };

/** Finds the connection that a run asks for by its name; undefined for the environment's own. Throws InvalidInput if there is none. */
export type FindConnection<Connection> = (name: string | undefined) => Connection;

/** What one kind of code host adds to what all of them share. */
export interface HostedDefinition<Connection, Environment, Schema extends ProviderModule['connectionSchema']> extends Pick<ProviderModule, 'name'> {
  /** Name of the host in messages: 'GitHub'. */
  title: string;
  environment: Environment;
  connectionSchema: Schema;
  command: Omit<SyncCommand, 'lookedIn'>;
  /** What to set if there is no connection. */
  missingConnection: string;
  /**
   * Reads the connection that the environment itself describes.
   * @returns undefined if it describes none.
   * @throws InvalidInput
   */
  connectionFromEnvironment(variables: Variables<Environment>): Connection | undefined;
  /**
   * Reads an entry of ORG_SYNC_CONNECTIONS.
   * @param where Names the entry in messages.
   * @throws InvalidInput
   */
  connectionFromEntry(entry: z.infer<Schema & z.ZodType>, where: string): Connection;
  /**
   * Makes sure that a connection can be used, without asking the host.
   * @throws FatalError
   */
  checkConnection(connection: Connection): Promise<void>;
  openSource(find: FindConnection<Connection>, clones: CloneResources): Promise<Source>;
}

const CONNECTION_OPTION = ['--connection <name>', "a connection of ORG_SYNC_CONNECTIONS, in place of the environment's own"] as const;

/** Makes the module of a code host. */
export function hostedProvider<Connection, Environment extends ProviderModule['environment'], Schema extends NonNullable<ProviderModule['connectionSchema']>>(
  definition: HostedDefinition<Connection, Environment, Schema>,
): ProviderModule {
  const { name, environment, connectionSchema, command } = definition;
  return {
    name,
    environment,
    connectionSchema,
    command: { ...command, options: [...command.options, CONNECTION_OPTION], lookedIn: 'what the token may read' },
    workflowOwner: ({ owner = '' }) => owner,
    configure: (settings, problems) => configureHosted(definition, settings, problems),
  };
}

function configureHosted<Connection, Environment, Schema extends NonNullable<ProviderModule['connectionSchema']>>(
  definition: HostedDefinition<Connection, Environment, Schema>,
  { variables, connections: entries }: ProviderSettings,
  problems: string[],
): ConfiguredProvider {
  const connections = new Map<string, Connection>();
  const add = (name: string, read: () => Connection | undefined) => {
    try {
      const connection = read();
      if (connection !== undefined) connections.set(name, connection);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
    }
  };
  add('', () => definition.connectionFromEnvironment(variables as Variables<Environment>));
  for (const [name, entry] of entries) {
    add(name, () => definition.connectionFromEntry(definition.connectionSchema.parse(entry) as z.infer<Schema>, `ORG_SYNC_CONNECTIONS (connection '${name}')`));
  }
  const find = (name: string | undefined) => findConnection(definition, connections, name);
  return {
    checkInput: async (input) => {
      await definition.checkConnection(find(input.connection));
      return input;
    },
    openSource: ({ program, cacheBytes }) => definition.openSource(find, { program, cacheBytes }),
  };
}

function findConnection<Connection>(
  { title, missingConnection }: { title: string; missingConnection: string },
  connections: ReadonlyMap<string, Connection>,
  name: string | undefined,
): Connection {
  const found = connections.get(name ?? '');
  if (found !== undefined) return found;
  if (name === undefined) throw new InvalidInput([missingConnection]);
  const names = [...connections.keys()].filter((known) => known !== '');
  const known = names.length === 0 ? 'ORG_SYNC_CONNECTIONS names none' : `ORG_SYNC_CONNECTIONS has ${names.join(', ')}`;
  throw new InvalidInput([`connection: there is no connection '${name}' to ${title}; ${known}`]);
}
