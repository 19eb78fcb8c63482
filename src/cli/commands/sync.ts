import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { PROVIDER_MODULES } from '../../providers/index.ts';
import type { ProviderModule } from '../../providers/provider.ts';
import { runBeforeWork } from '../exit.ts';
import { addSyncOptions, addWorkerOptions, parseSyncFlags, type SyncFlags, type WorkerFlags } from '../options.ts';
import { printNotice } from '../output.ts';

/** Adds `org-sync sync <provider> …`. */
export function addSyncCommand(program: Command): void {
  const sync = program.command('sync').description('sync repositories and wait for the result');
  for (const provider of Object.values(PROVIDER_MODULES)) addProviderCommand(sync, provider);
}

function addProviderCommand(sync: Command, provider: ProviderModule): void {
  const { name, command: parts } = provider;
  const command = sync
    .command(name)
    .description(parts.description)
    .argument(...parts.argument)
    .addHelpText('after', parts.help);
  for (const option of parts.options) command.option(...option);
  addWorkerOptions(addSyncOptions(command)).action(async (target: string | string[], flags: SyncFlags & WorkerFlags) => {
    const named = { provider: name, ...(typeof target === 'string' ? { owner: target } : { paths: target }) };
    const strangersDotenv = await provider.containsFolder?.(process.cwd(), named);
    const config = loadConfig({ db: flags.db, ...(strangersDotenv === undefined ? {} : { strangersDotenv }), report: printNotice });
    const input = await runBeforeWork(config.providers[name].checkInput(parseSyncFlags(flags, named)));
    // Temporal's SDK takes half a second to load: problems with the options are reported before that.
    const { runSync } = await import('../run-sync.ts');
    process.exitCode = await runSync(config, input, flags);
  });
}
