import { Migration } from '@mikro-orm/migrations';

/** Columns that may hold a time that a commit or a code host made up. */
const COLUMNS: Record<string, string[]> = {
  repos: ['created_at'],
  git_commits: ['author_when', 'committer_when'],
  git_blame_ranges: ['author_when'],
  git_pull_requests: ['created_at', 'updated_at', 'merged_at', 'closed_at', 'first_review_at', 'first_comment_at'],
  git_pull_request_reviews: ['submitted_at'],
};

/** The first instant of the year 0, and the one that follows the year 9999. */
const [FIRST, END] = ["timestamptz '0001-01-01 00:00:00+00 BC'", "timestamptz '10000-01-01 00:00:00+00'"];

/** Times outside the years 0 to 9999, which version 0.1.0 stored, become null. They can't be had back by undoing it. */
export class Migration20261201100000_instants extends Migration {
  override name = 'Migration20261201100000_instants';

  override up(): void {
    for (const [table, columns] of Object.entries(COLUMNS)) {
      const outside = (column: string) => `(${column} < ${FIRST} or ${column} >= ${END})`;
      const values = columns.map((column) => `${column} = case when ${outside(column)} then null else ${column} end`);
      this.addSql(`update ${table} set ${values.join(', ')}, last_synced = now() where ${columns.map(outside).join(' or ')}`);
    }
  }

  /** No schema was changed. */
  override down(): void {}
}
