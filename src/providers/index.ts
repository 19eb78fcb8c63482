import { PROVIDERS, type Provider } from '../model/providers.ts';
import { gitHub } from './github/index.ts';
import { gitLab } from './gitlab/index.ts';
import { local } from './local/index.ts';
import type { ConfiguredProvider, ProviderModule, SourceResources } from './provider.ts';
import type { Source } from './source.ts';

/** The registry: a provider that is missing here does not compile. */
export const PROVIDER_MODULES: Readonly<Record<Provider, ProviderModule>> = {
  local,
  github: gitHub,
  gitlab: gitLab,
};

/** All providers with their settings. */
export type ConfiguredProviders = Readonly<Record<Provider, ConfiguredProvider>>;

/** The sources that a worker offers. */
export type Sources = Readonly<Record<Provider, Source>>;

/** Makes a record with a value for each provider. */
export function forEachProvider<Value>(make: (name: Provider) => Value): Record<Provider, Value> {
  return Object.fromEntries(PROVIDERS.map((name) => [name, make(name)])) as Record<Provider, Value>;
}

/** Opens the sources of a worker. */
export async function openSources(providers: ConfiguredProviders, resources: SourceResources): Promise<Sources> {
  const opened = await Promise.all(PROVIDERS.map(async (name) => [name, await providers[name].openSource(resources)] as const));
  return Object.fromEntries(opened) as Record<Provider, Source>;
}
