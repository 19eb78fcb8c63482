import type { TableName } from '../schema/tables.ts';
import { isSame, type KeyColumn, keysOf, keyText, partedColumn, refuseStrays, sharedKeysOf } from './keys.ts';
import type { Change, Part } from './store.ts';

/** What is done to a table in one go. */
export type Step<C extends KeyColumn> =
  | { kind: 'upsert'; rows: object[] }
  /** The rows of each partition become equal to those of `rows` that are in it; with `part` there is one partition. */
  | { kind: 'replace'; shared: C[]; partitions: Map<string, object>; rows: object[]; part?: { column: C; range: Part } | undefined }
  | { kind: 'delete'; columns: C[]; keys: object[] };

/**
 * The steps that changes mean, by table. Changes come one by one for each file; what follows each other on one table
 * becomes one step, because each statement costs a way to the server and back. Tables have nothing to do with each
 * other, so the order matters within a table only, and one order of tables keeps two writers out of a deadlock.
 * @throws TypeError as `Store.write` does, before anything is written.
 */
export function plan<C extends KeyColumn>(changes: readonly Change[], columnsOf: (table: TableName) => readonly C[]): [TableName, Step<C>[]][] {
  const steps = new Map<TableName, Step<C>[]>();
  for (const change of changes) {
    const { table } = change;
    const step = stepOf(change, columnsOf(table));
    if (step === undefined) continue;
    const earlier = steps.get(table) ?? [];
    steps.set(table, earlier);
    const last = earlier.at(-1);
    if (last === undefined || !join(last, step)) earlier.push(step);
  }
  return [...steps].sort(([a], [b]) => (a < b ? -1 : 1));
}

function stepOf<C extends KeyColumn>(change: Change, columns: readonly C[]): Step<C> | undefined {
  const { table } = change;
  if ('upsert' in change) return change.upsert.length === 0 ? undefined : { kind: 'upsert', rows: [...change.upsert] };
  if ('delete' in change) {
    if (change.delete.length === 0) return undefined;
    return { kind: 'delete', columns: sharedKeysOf(table, columns, change.delete), keys: [...change.delete] };
  }
  const shared = keysOf(table, columns, change.partition);
  const part = change.part && { column: partedColumn(table, columns, shared), range: change.part };
  refuseStrays(table, shared, change.partition, change.rows, part);
  return { kind: 'replace', shared, partitions: new Map([[keyText(shared, change.partition), change.partition]]), rows: [...change.rows], part };
}

/** Makes `next` part of `last`, where doing both at once comes to the same. */
function join<C extends KeyColumn>(last: Step<C>, next: Step<C>): boolean {
  if (last.kind === 'upsert' && next.kind === 'upsert') {
    append(last.rows, next.rows);
    return true;
  }
  if (last.kind === 'delete' && next.kind === 'delete' && isSame(last.columns, next.columns)) {
    append(last.keys, next.keys);
    return true;
  }
  if (last.kind !== 'replace' || next.kind !== 'replace' || !isSame(last.shared, next.shared)) return false;
  if (last.part !== undefined || next.part !== undefined) return false;
  if ([...next.partitions.keys()].some((key) => last.partitions.has(key))) return false;
  for (const [key, partition] of next.partitions) last.partitions.set(key, partition);
  append(last.rows, next.rows);
  return true;
}

function append(to: object[], more: readonly object[]): void {
  for (const each of more) to.push(each);
}
