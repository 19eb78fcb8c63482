import type { OrgSyncInput } from '../src/model/input.ts';
import type { FailureList } from './failure-list.ts';
import type { OrgSyncState } from './org-sync-state.ts';
import type { OrgSyncStatus } from './org-sync-status.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { RunningChildren } from './running-children.ts';

/** What the parts of an `orgSync` share. */
export interface OrgSyncContext {
  /** The input as the client passed it; the next run gets the same. */
  raw: unknown;
  input: OrgSyncInput;
  /** The owner, or what stands for the owner of a local sync. */
  owner: string;
  state: OrgSyncState;
  failures: FailureList;
  pause: PauseSwitch;
  children: RunningChildren;
  status: OrgSyncStatus;
  /** Set when the host has refused the token: syncing further repositories is pointless. */
  badToken?: unknown;
}
