/**
 * Ids for `patched()`: runs that began before a patch keep the commands they had. Histories hold the ids, so they must
 * never change.
 */
export const PATCHES = {
  /** `repoSync` continues as new, so `orgSync` cancels its children in whichever run they are. */
  continueRepositories: 'repositories continue as new',
  /** `orgSync` continues as new between two pages of a long listing. */
  continueListings: 'listings continue as new',
  /** `repoSync` always notifies its parent of a long wait. */
  notifyLongWaits: 'long waits are told',
} as const;
