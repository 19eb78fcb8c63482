import { InvalidInput } from '../model/errors.ts';
import type { Provider } from '../model/stages.ts';
import type { Source } from './source.ts';

/** The sources a worker offers. */
export type Sources = Partial<Record<Provider, Source>>;

/** @throws InvalidInput where this worker has no source for the provider. */
export function sourceOf(sources: Sources, provider: Provider): Source {
  const source = sources[provider];
  if (source === undefined) throw new InvalidInput([`provider: this worker can't sync '${provider}'; it can sync ${Object.keys(sources).join(', ')}`]);
  return source;
}
