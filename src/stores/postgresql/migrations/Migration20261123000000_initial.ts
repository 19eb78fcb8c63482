import { Migration } from '@mikro-orm/migrations';

const TABLES = [
  `create table git_blame_ranges (
    repo_id uuid not null,
    path text collate "C" not null,
    line_no int not null,
    line_count int not null default 0,
    commit_hash text not null default '',
    author_email text not null default '',
    author_name text not null default '',
    author_when timestamptz null,
    orig_path text not null default '',
    orig_line_no int not null default 0,
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, path, line_no)
  )`,
  `create table git_commit_stats (
    repo_id uuid not null,
    commit_hash text collate "C" not null,
    file_path text collate "C" not null,
    old_file_path text null,
    additions int not null default 0,
    deletions int not null default 0,
    old_file_mode text not null default '',
    new_file_mode text not null default '',
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, commit_hash, file_path)
  )`,
  `create table git_commits (
    repo_id uuid not null,
    hash text collate "C" not null,
    message text not null default '',
    author_name text not null default '',
    author_email text not null default '',
    author_when timestamptz null,
    committer_name text not null default '',
    committer_email text not null default '',
    committer_when timestamptz null,
    parents int not null default 0,
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, hash)
  )`,
  `create index git_commits_hash_index on git_commits (hash)`,
  'create index git_commits_author_email_index on git_commits using spgist (author_email)',
  `create index git_commits_author_when_index on git_commits (author_when)`,
  `create table git_files (
    repo_id uuid not null,
    path text collate "C" not null,
    executable boolean not null default false,
    contents text null,
    size bigint not null default '0',
    hash text not null default '',
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, path)
  )`,
  `create index git_files_path_index on git_files (path)`,
  `create table git_pull_request_reviews (
    repo_id uuid not null,
    number int not null,
    review_id text collate "C" not null,
    reviewer text null,
    state text not null default '',
    submitted_at timestamptz null,
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, number, review_id)
  )`,
  `create table git_pull_requests (
    repo_id uuid not null,
    number int not null,
    title text not null default '',
    body text null,
    state text not null default '',
    is_draft boolean null,
    author_name text null,
    author_email text null,
    created_at timestamptz null,
    updated_at timestamptz null,
    merged_at timestamptz null,
    closed_at timestamptz null,
    merge_commit_hash text null,
    head_branch text null,
    base_branch text null,
    additions int null,
    deletions int null,
    changed_files int null,
    first_review_at timestamptz null,
    first_comment_at timestamptz null,
    changes_requested_count int null,
    reviews_count int null,
    comments_count int null,
    url text null,
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, number)
  )`,
  `create index git_pull_requests_created_at_index on git_pull_requests (created_at)`,
  `create index git_pull_requests_merge_commit_hash_index on git_pull_requests (merge_commit_hash)`,
  `create table git_refs (
    repo_id uuid not null,
    full_name text collate "C" not null,
    hash text not null default '',
    name text not null default '',
    remote text null,
    target text null,
    type text not null default '',
    tag_commit_hash text null,
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, full_name)
  )`,
  `create table repos (
    id uuid not null,
    repo text not null default '',
    provider text not null default '',
    host text not null default '',
    provider_id text null,
    url text null,
    ref text null,
    head_hash text null,
    settings jsonb not null default '{}',
    tags jsonb not null default '[]',
    is_fork boolean not null default false,
    is_archived boolean not null default false,
    created_at timestamptz null,
    last_synced timestamptz not null default to_timestamp((0)::double precision),
    removed_at timestamptz null,
    primary key (id)
  )`,
  `create table sync_database (
    id uuid not null,
    created_at timestamptz not null default to_timestamp((0)::double precision),
    primary key (id)
  )`,
  `create table sync_runs (
    workflow_id text collate "C" not null,
    run_id text collate "C" not null,
    repo_id uuid not null,
    stage text collate "C" not null,
    started_at timestamptz not null default to_timestamp((0)::double precision),
    ended_at timestamptz null,
    "rows" int not null default 0,
    status text not null default '',
    error text null,
    primary key (workflow_id, run_id, repo_id, stage)
  )`,
  `create table sync_state (
    repo_id uuid not null,
    stage text collate "C" not null,
    cursor jsonb not null default '{}',
    head_hash text null,
    watermark timestamptz not null default to_timestamp((0)::double precision),
    updated_at timestamptz not null default to_timestamp((0)::double precision),
    primary key (repo_id, stage)
  )`,
];

/**
 * One row a line, put together from `git_blame_ranges` and `git_files.contents`.
 *
 * `string_to_table` cuts a text once, at \n alone; what it yields after the last \n is in no range. The range of a line
 * is the last that begins at or before it: one search in the key for each line, where joining on the range of numbers
 * would compare every line of a file with every range. The second half is for files whose text isn't stored. In both
 * halves `repo_id` and `path` are plain columns, so that a condition on them is a search in the keys.
 */
export const BLAME_VIEW = `create view git_blame as
select f.repo_id, f.path, l.line_no::int as line_no, r.author_email, r.author_name, r.author_when, r.commit_hash, l.line
from git_files f
cross join lateral string_to_table(f.contents, e'\\n') with ordinality as l(line, line_no)
cross join lateral (
  select * from git_blame_ranges s
  where s.repo_id = f.repo_id and s.path = f.path and s.line_no <= l.line_no
  order by s.line_no desc limit 1
) r
where f.contents is not null and l.line_no < r.line_no + r.line_count
union all
select r.repo_id, r.path, n.line_no, r.author_email, r.author_name, r.author_when, r.commit_hash, null
from git_blame_ranges r
cross join lateral generate_series(r.line_no, r.line_no + r.line_count - 1) as n(line_no)
where not exists (
  select 1 from git_files f where f.repo_id = r.repo_id and f.path = r.path and f.contents is not null
)`;

/** All tables and the view. */
export class Migration20261123000000_initial extends Migration {
  override name = 'Migration20261123000000_initial';

  override up(): void {
    for (const sql of [...TABLES, BLAME_VIEW]) this.addSql(sql);
  }

  override down(): void {
    this.addSql('drop view git_blame');
    this.addSql(
      'drop table git_blame_ranges, git_commit_stats, git_commits, git_files, git_pull_request_reviews, git_pull_requests, git_refs, repos, sync_database, sync_runs, sync_state',
    );
  }
}
