/** The stages of a repository, in the order in which they run. */
export const STAGES = ['commits', 'pull-requests', 'commit-stats', 'files-and-blame'] as const;

/** Name of a stage, as used in options, inputs, `sync_state` and `sync_runs`. */
export type Stage = (typeof STAGES)[number];

/** Returns the chosen stages in the order of {@link STAGES}; no choice means all of them. */
export function orderedStages(choice: readonly Stage[] | undefined): Stage[] {
  return STAGES.filter((stage) => choice === undefined || choice.includes(stage));
}
