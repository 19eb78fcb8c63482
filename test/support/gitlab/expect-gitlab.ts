import { parseRemote, repositoryId } from '../../../src/providers/identity.ts';
import { query } from '../database.ts';
import { toColumns } from '../expect-rows.ts';
import { expectGitRows, expectRepositoryRows, expectSame } from '../forge/expect-facts.ts';
import { readRefs } from '../forge/refs.ts';
import { expectedGitLabRows, readableProjects, type Selection } from './expected.ts';
import type { GitLab } from './server.ts';
import { GHOST, projectPath, shownTime } from './world.ts';

type Row = Record<string, unknown>;

/** What GitLab keeps for itself. */
const LEFT_OUT = /^refs\/(merge-requests|keep-around|pipelines|environments)\//;

/** Fails unless the database in a folder holds exactly what a group, a user or a project has, in all tables of facts. */
export async function expectGitLab(folder: string, server: GitLab, selection: Selection): Promise<void> {
  expectProjects(folder, server, selection);
  expectMergeRequests(folder, server, selection);
  const projects = readableProjects(server.world, selection);
  await expectGitRows(
    folder,
    projects.map((project) => ({ name: projectPath(server.world, project), path: project.folder, defaultBranch: project.defaultBranch })),
    LEFT_OUT,
  );
}

/** Those whose code can't be read have no row. */
export function expectProjects(folder: string, { url, world }: GitLab, selection: Selection): void {
  const host = url.replace('http://', '');
  const expected = readableProjects(world, selection).map((project) => {
    const name = projectPath(world, project);
    const head = readRefs(project.folder).get(`refs/heads/${project.defaultBranch}`) ?? null;
    const remote = parseRemote(`${url}/${name}.git`);
    return {
      id: remote && repositoryId(remote),
      repo: name,
      provider: 'gitlab',
      host,
      provider_id: String(project.id),
      url: `${url}/${name}`,
      ref: head === null ? null : project.defaultBranch,
      head_hash: head,
      is_fork: Number(project.forkedFrom !== null),
      is_archived: Number(project.archived),
      created_at: shownTime(project.createdAt),
      removed_at: null,
      tags: project.topics,
      settings: { description: project.description, visibility: project.visibility },
    };
  });
  expectRepositoryRows(folder, expected);
}

/** Numbers of lines are told apart from the rest: the clone may lack what they are counted from. */
export function expectMergeRequests(folder: string, { url, world }: GitLab, selection: Selection): void {
  const { mergeRequests, approvals } = expectedGitLabRows(world, { url, ...selection });
  const stored = (table: string) => query<Row>(folder, `select * from ${table}`).map(({ last_synced, ...row }) => withoutLines(row));
  expectSame(
    stored('git_pull_requests'),
    mergeRequests.map((row) => withoutLines(toColumns({ ...row, body: row.body || null, authorName: noGhost(row.authorName) }))),
    ({ repo_id, number }) => `${repo_id} !${number}`,
  );
  expectSame(
    stored('git_pull_request_reviews'),
    approvals.map((row) => toColumns({ ...row, reviewer: noGhost(row.reviewer) })),
    ({ repo_id, number, review_id }) => `${repo_id} !${number} ${review_id}`,
  );
}

/** Deleted users are nobody. */
const noGhost = (name: string | null) => (name === GHOST ? null : name);

const withoutLines = ({ additions, deletions, changed_files, ...row }: Row): Row => row;
