import { expect, it } from 'vitest';
import { orgSyncWorkflowId, repoSyncWorkflowId } from '../../src/model/workflow-ids.ts';

const ID = '00000000-0000-8000-8000-000000000000';

it('a run is known by its provider and owner', () => {
  expect(orgSyncWorkflowId('github', 'acme')).toBe('org-sync/github/acme');
});

it('a repository is known by its host and name, or by its path where it has no remote', () => {
  expect(repoSyncWorkflowId({ provider: 'github', id: ID, host: 'github.com', name: 'acme/api', url: null })).toBe('repo-sync/github.com/acme/api');
  expect(repoSyncWorkflowId({ provider: 'local', id: ID, host: '', name: 'api', url: null, path: '/src/api' })).toBe('repo-sync/local/src/api');
});

it("a name that is too long for Temporal's ids is replaced by the repository's id", () => {
  const named = (name: string) => repoSyncWorkflowId({ provider: 'gitlab', id: ID, host: 'h', name, url: null });
  expect(named('ä'.repeat(449))).toBe(`repo-sync/h/${'ä'.repeat(449)}`);
  expect(named('ä'.repeat(450))).toBe(`repo-sync/${ID}`);
});
