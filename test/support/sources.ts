import { gitProgram } from '../../src/config.ts';
import { configureProviders } from '../../src/connections.ts';
import { openSources, type Sources } from '../../src/providers/index.ts';

/**
 * The sources of a worker in whose environment nothing is set.
 * @param roots Folders that it may read.
 */
export function sourcesOf(roots: readonly string[]): Promise<Sources> {
  return openSources(configureProviders({}, undefined, []), { program: gitProgram, cacheBytes: null, localRoots: async () => roots });
}
