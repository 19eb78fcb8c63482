/** What the input of a provider's sync names. */
interface ProviderInput {
  /** What is synced: an owner at a code host, or paths on the worker's disk. */
  target: 'owner' | 'paths';
  /** Whether `includeShared` means anything. */
  includesShared: boolean;
}

/** What each provider takes; a provider is listed here, and in the registry of `src/providers`. */
export const PROVIDER_INPUTS = {
  local: { target: 'paths', includesShared: false },
  github: { target: 'owner', includesShared: false },
  gitlab: { target: 'owner', includesShared: true },
} as const satisfies Record<string, ProviderInput>;

/** Name of a provider, as used in commands, inputs and `repos.provider`. */
export type Provider = keyof typeof PROVIDER_INPUTS;

/** Where facts can come from. */
export const PROVIDERS = Object.keys(PROVIDER_INPUTS) as Provider[];
