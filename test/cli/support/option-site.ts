import { mkdirSync } from 'node:fs';
import { Command } from 'commander';
import { addSyncOptions, parseSyncFlags, type SyncFlags } from '../../../src/cli/options.ts';
import { formatReport } from '../../../src/cli/report.ts';
import type { OrgSyncInput } from '../../../src/model/input.ts';
import { PROVIDER_MODULES, type Sources } from '../../../src/providers/index.ts';
import { query } from '../../support/database.ts';
import { runSync } from '../../support/sync.ts';
import { startTestWorker } from '../../support/worker.ts';

/** What the options of `sync` are tried on: a database and clones, and what is synced into it. */
export interface OptionSite {
  folder: string;
  /** Syncs with these options, and gives what the command would print. */
  sync(...options: string[]): Promise<string>;
  rows<T = Record<string, unknown>>(sql: string, ...parameters: string[]): T[];
}

/**
 * Makes one. Options are parsed as the command parses them; the sync is a run on the shared Temporal server, by a worker
 * in this process, which takes a fraction of the time of a command with a server of its own.
 */
export function makeOptionSite(folder: string, target: Pick<OrgSyncInput, 'provider' | 'owner' | 'paths'>, sources: Partial<Sources> = {}): OptionSite {
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    sync: async (...options) => {
      const { options: ofProvider } = PROVIDER_MODULES[target.provider].command;
      const command = addSyncOptions(ofProvider.reduce((made, option) => made.option(...option), new Command()));
      command.parse(options, { from: 'user' });
      const input = parseSyncFlags(command.opts<SyncFlags>(), target);
      await using worker = await startTestWorker(folder, { sources });
      return formatReport(await runSync(worker, input), input, PROVIDER_MODULES[target.provider].command.lookedIn);
    },
    rows: (sql, ...parameters) => query(folder, sql, ...parameters),
  };
}
