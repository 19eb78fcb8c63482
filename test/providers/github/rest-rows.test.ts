import { expect, it } from 'vitest';
import { factsOfRest, type RestPullRequest } from '../../../src/providers/github/pull-requests/rest-rows.ts';
import { repoId } from '../../stores/samples.ts';

const OPEN: RestPullRequest = {
  number: 7,
  title: 'A title',
  body: null,
  state: 'open',
  draft: false,
  user: { login: 'alice' },
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2024-01-02T00:00:00Z',
  merged_at: null,
  closed_at: null,
  merge_commit_sha: 'a'.repeat(40),
  head: { ref: 'topic' },
  base: { ref: 'main' },
  additions: 1,
  deletions: 2,
  changed_files: 3,
  comments: 1,
  review_comments: 4,
  html_url: 'https://github.com/acme/api/pull/7',
};

it('takes the user that stands for deleted ones for nobody, as GraphQL does', () => {
  const ghost = { login: 'ghost' };
  const review = { id: 1, user: ghost, state: 'APPROVED', submitted_at: '2024-01-02T00:00:00Z' };
  const { request, reviews } = factsOfRest(repoId(1), { ...OPEN, user: ghost }, '2024-01-01T12:00:00Z', [review]);
  expect([request.authorName, reviews[0]?.reviewer]).toEqual([null, null]);
});

it('leaves out reviews that are in no state that is stored', () => {
  const review = { id: 1, user: null, state: 'PENDING' };
  const { request, reviews } = factsOfRest(repoId(1), OPEN, undefined, [review, { ...review, state: 'SOMETHING_NEW' }]);
  expect([request.reviewsCount, request.firstReviewAt, reviews]).toEqual([0, null, []]);
});

it('bears a head of which nothing is left, and the commit of a merge that is only tried', () => {
  const { request } = factsOfRest(repoId(1), { ...OPEN, head: null }, undefined, []);
  expect(request).toMatchObject({ headBranch: null, mergeCommitHash: null, commentsCount: 5, body: null });
});
