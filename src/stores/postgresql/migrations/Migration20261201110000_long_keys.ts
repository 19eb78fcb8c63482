import { Migration } from '@mikro-orm/migrations';
import { BLAME_VIEW } from './Migration20261123000000_initial.ts';

/** Table, column that may be of any length, and the columns before and after it in the key. */
const KEYS: [table: string, column: string, before: string, after: string][] = [
  ['git_blame_ranges', 'path', '', ', line_no'],
  ['git_commit_stats', 'file_path', 'commit_hash, ', ''],
  ['git_files', 'path', '', ''],
  ['git_refs', 'full_name', '', ''],
];

const fitting = (column: string) =>
  `case when length(${column}) <= 512 then ${column}
    else left(${column}, 512) || '#' || encode(sha256(replace(${column}, '\\', '\\\\')::bytea), 'hex') end`;

/** Keys, and indexes of paths, take texts of any length. */
export class Migration20261201110000_long_keys extends Migration {
  override name = 'Migration20261201110000_long_keys';

  override up(): void {
    for (const [table, column, before, after] of KEYS) {
      this.addSql(`alter table ${table} drop constraint ${table}_pkey,
        add column ${column}_key text collate "C" generated always as (${fitting(column)}) stored,
        add primary key (repo_id, ${before}${column}_key${after})`);
    }
    this.addSql('drop index git_files_path_index');
    this.addSql('create index git_files_path_index on git_files using spgist (path)');
    this.addSql('create index git_blame_ranges_path_index on git_blame_ranges using spgist (path)');
    this.addSql(LONG_BLAME_VIEW);
  }

  /** Fails where a key is too long for the former index. */
  override down(): void {
    this.addSql(FORMER_VIEW);
    this.addSql('drop index git_blame_ranges_path_index');
    this.addSql('drop index git_files_path_index');
    this.addSql('create index git_files_path_index on git_files (path)');
    for (const [table, column, before, after] of KEYS) {
      this.addSql(`alter table ${table} drop constraint ${table}_pkey, drop column ${column}_key, add primary key (repo_id, ${before}${column}${after})`);
    }
  }
}

/** Without a star, which would take in the column that comes and goes. */
const FORMER_VIEW = BLAME_VIEW.replace('create view', 'create or replace view').replace(
  'select * from git_blame_ranges s',
  'select s.line_no, s.line_count, s.author_email, s.author_name, s.author_when, s.commit_hash from git_blame_ranges s',
);

/** The view with searches in the new keys. */
const LONG_BLAME_VIEW = FORMER_VIEW.replace('s.path = f.path', 's.path_key = f.path_key').replace(
  'f.path = r.path',
  'f.path = r.path and f.path_key = r.path_key',
);
