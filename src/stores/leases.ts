import type { Stage } from '../model/stages.ts';

/**
 * How long a lease lasts that nobody renews, in milliseconds: longer than Temporal takes to miss a killed worker and to
 * start the activity elsewhere, so that an interrupted run gets its own lease again and goes on from its cursor.
 */
export const LEASE_MS = 40_000;

/** An expiry further away than this was set by a clock that stood wrong, in milliseconds. */
export const MAX_LEASE_MS = 24 * 60 * 60_000;

/** The right to write one stage of one repository. */
export interface Lease {
  repoId: string;
  stage: Stage;
  /** Grows with each acquisition: who has an older one may not write. */
  token: number;
  /** Token with which the holder took the lease from another one: as long as it's the same, nobody else has written. */
  since: number;
  /** Batches that were written under leases of the stage. A database that has fewer than a run wrote was restored from a backup. */
  writes: number;
  /** Set where rows may be there that no saved state tells of: the stage has to be read in full. */
  doubt?: number;
}

/** A lease that another holder has. */
export interface LeaseHeld {
  holder: string;
  /** When it expires unless it's renewed, in milliseconds from now. */
  remainingMs: number;
}
