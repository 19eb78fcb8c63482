import { z } from 'zod';
import type { GitProgram } from '../git/program.ts';
import type { OrgSyncInput } from '../model/input.ts';
import type { Provider } from '../model/providers.ts';
import type { Source } from './source.ts';

/** A variable of the environment that may be unset. An empty value counts as unset: that is how other programs pass on variables that are not set. */
export const optionalVariable = z
  .string()
  .trim()
  .transform((value) => value || undefined)
  .optional();

/** How `org-sync sync <provider>` is called. */
export interface SyncCommand {
  description: string;
  /** The argument as commander writes it, `<owner>` or `<path...>`, and its description. */
  argument: readonly [name: string, description: string];
  /** Options that not every provider has, with their descriptions. */
  options: readonly (readonly [flags: string, description: string])[];
  /** Text below the list of options: where credentials come from, and examples. */
  help: string;
  /** What to check if nothing was found, as in 'check the paths'. */
  lookedIn: string;
}

/** What the environment says about one provider. */
export interface ProviderSettings {
  /** Variables by name, read with the schemas of {@link ProviderModule.environment}. */
  variables: Readonly<Record<string, unknown>>;
  /** The provider's entries in ORG_SYNC_CONNECTIONS, read with {@link ProviderModule.connectionSchema}. */
  connections: readonly (readonly [name: string, entry: unknown])[];
}

/** What a worker gives to its sources. */
export interface SourceResources {
  program: GitProgram;
  /** How many bytes the clones of code hosts' repositories may take; null for no limit. */
  cacheBytes: number | null;
  /** Folders that may be read; links are resolved. */
  localRoots: () => Promise<readonly string[]>;
}

/** A provider with its settings. */
export interface ConfiguredProvider {
  /**
   * Checks the input of a command before anything is started.
   * @returns The input to start the workflow with.
   * @throws InvalidInput or FatalError if it can't be synced, as with a missing token or path.
   */
  checkInput(input: OrgSyncInput): Promise<OrgSyncInput>;

  /** Opens the source; what asks a host is loaded here, not with the configuration. */
  openSource(resources: SourceResources): Promise<Source>;
}

/** Everything that configuration, commands and workers need to know of a provider. */
export interface ProviderModule {
  readonly name: Provider;
  /** Variables of the environment, with their schemas. All of them are kept from other programs. */
  readonly environment: Readonly<Record<string, typeof optionalVariable>>;
  /** Schema of an entry in ORG_SYNC_CONNECTIONS; absent if the provider has no connections. */
  readonly connectionSchema?: z.ZodObject<{ provider: z.ZodLiteral<Provider> }>;
  readonly command: SyncCommand;

  /** What represents the owner in the id of the workflow that syncs an input. */
  workflowOwner(input: OrgSyncInput): string;

  /** Whether a folder belongs to a repository that a command syncs, so that others may have written its `.env`. Absent if none can. */
  containsFolder?(folder: string, input: Pick<OrgSyncInput, 'owner' | 'paths'>): Promise<boolean>;

  /** @param problems Gets everything that is wrong, without values that may be secrets. */
  configure(settings: ProviderSettings, problems: string[]): ConfiguredProvider;
}
