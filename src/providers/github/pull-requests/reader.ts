import type { StageContext, StageReading } from '../../stage.ts';
import type { GitHub } from '../api.ts';
import { GraphqlUnavailable } from '../errors.ts';
import { type PullRequestPosition, pullRequestCursor, type SavedPullRequests } from './cursor.ts';
import { GraphqlPullRequests } from './graphql.ts';
import { readPullRequests } from './passes.ts';
import { RestPullRequests } from './rest.ts';

/** What tells which GitHub to ask. */
type Asked = Pick<StageContext, 'repository' | 'options'>;

/**
 * Reads pull requests and reviews from GitHub: over GraphQL, or over REST where an Enterprise Server has GraphQL switched
 * off. Of the options, only `full` matters: `since` and `maxCommits` limit commits.
 * @param gitHubOf The GitHub that a repository is on, asked with the connection that its run names.
 * @throws What calls of {@link GitHub} throw.
 */
export function gitHubPullRequests(gitHubOf: (context: Asked) => Promise<GitHub>): StageReading<PullRequestPosition, SavedPullRequests> {
  async function* read(context: StageContext<PullRequestPosition, SavedPullRequests>): ReturnType<typeof readPullRequests> {
    const github = await gitHubOf(context);
    // Without one, nothing ever ends a run early.
    const signal = context.git.signal ?? new AbortController().signal;
    const rest = () => readPullRequests(context, new RestPullRequests(github, context.repository, signal));
    if (context.cursor?.api === 'rest') return yield* rest();
    try {
      return yield* readPullRequests(context, new GraphqlPullRequests(github, context.repository, signal));
    } catch (error) {
      if (!(error instanceof GraphqlUnavailable)) throw error;
      return yield* rest();
    }
  }
  return { reads: 'api', cursor: pullRequestCursor, read };
}
