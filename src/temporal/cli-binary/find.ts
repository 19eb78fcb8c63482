import { resolve } from 'node:path';
import { InvalidInput } from '../../model/errors.ts';
import { listCachedClis, openBinFolder } from './cache.ts';
import { checkOnce } from './check-once.ts';
import { getCli } from './get.ts';
import type { FindOptions } from './options.ts';
import { findOnPath } from './search-path.ts';

const ADVICE =
  'install the Temporal CLI (https://docs.temporal.io/cli#install), or set TEMPORAL_CLI to its path, ' +
  'or install Go (https://go.dev/dl) to build it, or set TEMPORAL_ADDRESS to use a running server';

/**
 * Finds the Temporal CLI that starts the embedded server: the explicit one, else the first usable one on PATH and in the
 * cache, else one that Temporal's SDK downloads or Go builds into the cache. Takes a few milliseconds if there is one, up
 * to minutes otherwise.
 * @returns Its absolute path.
 * @throws InvalidInput if the explicit one can't be used, or none could be found, downloaded or built.
 */
export async function findTemporalCli(options: FindOptions): Promise<string> {
  const { explicit, env, home } = options;
  const bin = openBinFolder(home);
  if (explicit !== undefined) return await checkExplicit(resolve(explicit), explicit, bin, env);

  const tried: string[] = [];
  for (const [place, candidates] of [
    ['PATH', findOnPath('temporal', env.PATH)],
    [bin, listCachedClis(bin)],
  ] as const) {
    if (candidates.length === 0) tried.push(`${place}: no Temporal CLI there`);
    for (const candidate of candidates) {
      const verdict = await checkOnce(candidate, bin, env);
      if ('version' in verdict) return candidate;
      tried.push(`${candidate}: ${verdict.problem}`);
    }
  }
  const cli = await getCli(bin, options, tried);
  if (cli === undefined) throw new InvalidInput(['no usable Temporal CLI was found', ...tried, ADVICE]);
  return cli;
}

async function checkExplicit(file: string, asGiven: string, bin: string, env: NodeJS.ProcessEnv): Promise<string> {
  const verdict = await checkOnce(file, bin, env);
  if ('version' in verdict) return file;
  throw new InvalidInput([`TEMPORAL_CLI: '${asGiven}' can't be used as the Temporal CLI: ${verdict.problem}`]);
}
