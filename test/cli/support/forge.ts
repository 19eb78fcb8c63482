import type { RequestRecord } from '../../support/forge/exchange.ts';
import { type Circumstances, type Ended, makeSite, type Site } from './org-sync.ts';

/** A code host of the tests' own with an owner to sync, as commands see it. */
export interface Forge {
  provider: 'github' | 'gitlab';
  owner: string;
  /** Settings by which commands find it, with a token that may see everything. */
  access: Record<string, string>;
  /** Values of all tokens that it knows now. */
  secrets(): string[];
  server: {
    /** What its pages' and clones' addresses begin with. */
    webUrl: string;
    requests: RequestRecord[];
    violations(): string[];
  };
}

/** A place for syncs of it. */
export interface ForgeSite extends Site {
  /** Runs `org-sync sync <provider> <owner>`. */
  take(args?: readonly string[], circumstances?: Circumstances): Promise<Ended>;
}

export function makeForgeSite(folder: string, { provider, owner, access }: Forge): ForgeSite {
  const site = makeSite(folder);
  return {
    ...site,
    take: (args = [], { env, ...rest } = {}) => site.run(['sync', provider, owner, ...args], { env: { ...access, ...env }, ...rest }),
  };
}
