import type { TableName, TableRecords } from '../schema/tables.ts';
import type { StoredColumn, StoredTable } from './tables.ts';

type Scalar = string | number | boolean | Date;

/** What the value of a column has to be. Null never fits. */
export type Condition<Value extends Scalar = Scalar> =
  | Value
  /** One of these. */
  | { in: readonly Value[] }
  /** From a value on, and before another one. */
  | { from?: Value | undefined; before?: Value | undefined }
  /** Of a text that is a whole number: above one and up to another, each as `orderOfId` writes it. */
  | { above?: string | undefined; upTo?: string | undefined };

/** Which rows of a table are meant: those that meet the conditions on all of the columns named. */
export type Filter<T extends TableName> = { readonly [P in keyof TableRecords[T]]?: Condition<Extract<TableRecords[T][P], Scalar>> };

/** A condition on a column, in one of its three forms. */
export type Test<C extends StoredColumn = StoredColumn> = { column: C } & (
  | { kind: 'in'; values: readonly Scalar[] }
  | { kind: 'between'; from: Scalar | undefined; before: Scalar | undefined }
  | { kind: 'numbered'; above: string | undefined; upTo: string | undefined }
);

/**
 * The conditions of a filter.
 * @throws TypeError for a property that the table doesn't have.
 */
export function testsOf<C extends StoredColumn>({ name, columns }: StoredTable<C>, filter: object): Test<C>[] {
  return Object.entries(filter as Record<string, Condition | undefined>).flatMap(([property, condition]): Test<C>[] => {
    const column = columns.find((each) => each.property === property);
    if (column === undefined) throw new TypeError(`${name} has no column for ${property}`);
    if (condition === undefined) return [];
    if (typeof condition !== 'object' || condition instanceof Date) return [{ column, kind: 'in', values: [condition] }];
    if ('in' in condition) return [{ column, kind: 'in', values: condition.in }];
    if ('above' in condition || 'upTo' in condition) return [{ column, kind: 'numbered', above: condition.above, upTo: condition.upTo }];
    const { from, before } = condition as { from?: Scalar; before?: Scalar };
    return [{ column, kind: 'between', from, before }];
  });
}

/**
 * The columns that a selection gives.
 * @param properties All but the one that only stores deal with, where it's undefined.
 */
export function selectedColumns<C extends StoredColumn>({ columns }: StoredTable<C>, properties: readonly PropertyKey[] | undefined): C[] {
  return columns.filter(({ property }) => (properties === undefined ? property !== 'lastSynced' : properties.includes(property)));
}
