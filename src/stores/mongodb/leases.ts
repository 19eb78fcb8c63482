import { LeaseLost } from '../../model/errors.ts';
import type { Stage } from '../../model/stages.ts';
import { LEASE_MS, type Lease, type LeaseHeld, MAX_LEASE_MS } from '../leases.ts';
import type { Row, Rows } from './collection.ts';

/**
 * Leases in a database without transactions. A holder looks whether it still has its lease before and after each write; one
 * that was stopped in between may write after another took over. So that this never stays, the field `doubt` is set by
 * whoever takes a lease that another run hasn't given up, and by whoever finds after a write that it has lost its own. It is
 * the `since` of the holder at that time: later holders read the stage in full, and the first to complete removes the field.
 */
export class Leases {
  readonly #rows: Rows;
  readonly #idOf: (repoId: string, stage: string) => string;
  readonly #now: () => Promise<Date>;

  /** @param now The server's clock. */
  constructor(rows: Rows, idOf: (repoId: string, stage: string) => string, now: () => Promise<Date>) {
    this.#rows = rows;
    this.#idOf = idOf;
    this.#now = now;
  }

  async acquire(repoId: string, stage: Stage, holder: string): Promise<Lease | LeaseHeld> {
    const _id = this.#idOf(repoId, stage);
    for (;;) {
      const now = await this.#now();
      const [stored] = await this.#rows.find({ _id });
      const expiresAt = stored?.['expires_at'] as Date | null | undefined;
      const own = stored?.['holder'] === holder;
      const remainingMs = (expiresAt?.getTime() ?? 0) - now.getTime();
      if (!own && remainingMs > 0 && remainingMs <= MAX_LEASE_MS) return { holder: String(stored?.['holder']), remainingMs };
      const token = Number(stored?.['token'] ?? 0) + 1;
      const since = own ? Number(stored?.['since']) : token;
      const abandoned = !own && expiresAt != null;
      const doubt = stored?.['doubt'] as number | undefined;
      const writes = Number(stored?.['writes'] ?? 0);
      const values = { holder, token, since, expires_at: new Date(now.getTime() + LEASE_MS), ...(abandoned && { doubt: since }) };
      const acquired =
        stored === undefined
          ? (await this.#rows.insert([{ _id, repo_id: repoId, stage, writes, ...values }])).length === 0
          : await this.#rows.change({ _id, token: token - 1 }, { $set: values });
      if (acquired) return { repoId, stage, token, since, writes, ...(doubt !== undefined && doubt < since && { doubt }) };
    }
  }

  /** @throws LeaseLost */
  async renew(lease: Lease, ms = LEASE_MS): Promise<void> {
    const expiresAt = new Date((await this.#now()).getTime() + ms);
    const renewed = await this.#rows.change(this.#own(lease), { $set: { expires_at: expiresAt } });
    if (!renewed) throw new LeaseLost(lease.stage);
  }

  async release(lease: Lease, completed: boolean): Promise<void> {
    await this.#rows.change(this.#own(lease), { $set: { expires_at: null } });
    // Another one may have been set since: that one stays.
    if (completed && lease.doubt !== undefined) {
      await this.#rows.change({ ...this.#own(lease), doubt: lease.doubt }, { $unset: { doubt: '' } });
    }
  }

  /** Does the holder's writing of a batch, and counts it. @throws As {@link guard}. */
  async guardBatch(lease: Lease, write: () => Promise<void>): Promise<void> {
    await this.guard(lease, async () => {
      await write();
      await this.#rows.change(this.#own(lease), { $inc: { writes: 1 } });
    });
  }

  /** Does the holder's writing. @throws LeaseLost where it isn't the holder before it, or no longer after it. */
  async guard(lease: Lease, write: () => Promise<void>): Promise<void> {
    if (!(await this.#isHeld(lease))) throw new LeaseLost(lease.stage);
    await write();
    if (await this.#isHeld(lease)) return;
    const _id = this.#idOf(lease.repoId, lease.stage);
    const [holder] = await this.#rows.find({ _id });
    await this.#rows.change({ _id }, { $max: { doubt: Number(holder?.['since']) } });
    throw new LeaseLost(lease.stage);
  }

  /** Keys (`repoId`, a blank, `stage`) of those repositories' stages that have to be read in full. */
  async doubtful(leases: readonly { repoId: string; stage: string }[]): Promise<Set<string>> {
    if (leases.length === 0) return new Set();
    const rows = await this.#rows.find({ _id: { $in: leases.map(({ repoId, stage }) => this.#idOf(repoId, stage)) } });
    return new Set(rows.filter((row) => row['doubt'] !== undefined).map((row: Row) => `${row['repo_id']} ${row['stage']}`));
  }

  async #isHeld(lease: Lease): Promise<boolean> {
    return (await this.#rows.find(this.#own(lease), { fields: [] })).length > 0;
  }

  #own({ repoId, stage, token }: Lease) {
    return { _id: this.#idOf(repoId, stage), token };
  }
}
