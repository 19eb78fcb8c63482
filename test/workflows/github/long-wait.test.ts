import { expect, test } from 'vitest';
import { organisationOf } from '../../support/github/organisation.ts';
import { progressOf, startGitHubRun, until } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';

const acme = organisationOf(tempFolder(), { repositories: 1, pullRequests: 10 });

/** Enough for the workflow above to be told of just a few of the last ones. */
const SHORT_WAITS = 30;

test('progress names a long wait, also where many short ones came before', async () => {
  const match = { operation: 'PullRequests' } as const;
  const limit = { do: 'secondary-limit', status: 429 } as const;
  acme().server.setFaults([
    { match, times: SHORT_WAITS, effect: { ...limit, seconds: 1 } },
    { match, after: SHORT_WAITS, effect: { ...limit, seconds: 2_000 } },
  ]);
  await using worker = await acme().work(acme().folder('long'));
  const run = await startGitHubRun(worker, 'acme', { stages: ['pull-requests'] });
  const isLong = async () => Date.parse((await progressOf(run)).running[0]?.pause?.until ?? '') - Date.now() > 600_000;
  await until('progress names it', isLong, 500);
  await run.cancel();
  await expect(run.result()).rejects.toThrow();
});
