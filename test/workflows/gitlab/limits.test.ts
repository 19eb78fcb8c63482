import { expect, test } from 'vitest';
import { sentWhileLimited } from '../../support/forge/requests.ts';
import { expectMergeRequests } from '../../support/gitlab/expect-gitlab.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

/** In a window less than the merge requests need that are written together. */
const rateLimit = { requests: 20, windowSeconds: 1 };
const acme = groupOf(tempFolder(), { projects: 1, mergeRequests: 20, rateLimit });

test('a limit so low that few merge requests can be read at once is outlasted, and no request is sent while limited', async () => {
  const { server, token } = acme();
  const folder = acme().folder('low');
  await using worker = await acme().work(folder);
  await runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['commits', 'pull-requests'] });
  expect(sentWhileLimited(server.requests)).toEqual([]);
  expectMergeRequests(folder, server, { group: 'acme', token });
});
