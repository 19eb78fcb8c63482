import type { Change } from '../../../stores/store.ts';
import type { PullRequestFacts } from './facts.ts';

/** Writes pull requests, each with exactly the reviews that it has. */
export function changesOf(facts: readonly PullRequestFacts[]): Change[] {
  if (facts.length === 0) return [];
  return [
    { table: 'git_pull_requests', upsert: facts.map(({ request }) => request) },
    ...facts.map(({ request: { repoId, number }, reviews }): Change => ({ table: 'git_pull_request_reviews', partition: { repoId, number }, rows: reviews })),
  ];
}

/** Deletes pull requests with their reviews. */
export function deletePullRequests(repoId: string, numbers: readonly number[]): Change[] {
  if (numbers.length === 0) return [];
  const keys = numbers.map((number) => ({ repoId, number }));
  return [
    { table: 'git_pull_requests', delete: keys },
    { table: 'git_pull_request_reviews', delete: keys },
  ];
}
