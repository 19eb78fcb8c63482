import type { ProviderModule } from '../provider.ts';
import { localOwner } from './owner.ts';

const HELP = `
Examples:
  $ org-sync sync local .                                    the repository in the current folder
  $ org-sync sync local ~/src --pattern 'acme/api-*'         some of the repositories below a folder
  $ org-sync sync local ~/src/app --since 2026-01-01 --stages commits,commit-stats
  $ org-sync sync local ~/src --db sqlite:////data/facts.db  into another database`;

/** Repositories on this machine. Its files are loaded when they are used: every command reads the configuration. */
export const local: ProviderModule = {
  name: 'local',
  environment: {},
  command: {
    description: 'sync repositories on this machine',
    argument: ['<path...>', 'repositories, or folders that contain some'],
    options: [],
    help: HELP,
    lookedIn: 'the paths',
  },
  workflowOwner: ({ paths = [] }) => localOwner(paths),
  containsFolder: async (folder, { paths = [] }) => (await import('./discover.ts')).isInRepositoryOf(folder, paths),
  configure: () => ({
    checkInput: async (input) => ({ ...input, paths: await (await import('./list.ts')).checkPaths(input.paths ?? []) }),
    openSource: async ({ program, localRoots }) => (await import('./source.ts')).localSource(program, localRoots),
  }),
};
