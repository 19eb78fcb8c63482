import { Migration } from '@mikro-orm/migrations';

/** Who may write a stage of a repository, and under which token a state was saved. */
export class Migration20261201130000_leases extends Migration {
  override name = 'Migration20261201130000_leases';

  override up(): void {
    this.addSql('alter table sync_state add column token int not null default 0');
    this.addSql(`create table sync_leases (
      repo_id uuid not null,
      stage text collate "C" not null,
      holder text not null default '',
      token int not null default 0,
      since int not null default 0,
      writes int not null default 0,
      expires_at timestamptz null,
      primary key (repo_id, stage)
    )`);
  }

  override down(): void {
    this.addSql('drop table sync_leases');
    this.addSql('alter table sync_state drop column token');
  }
}
