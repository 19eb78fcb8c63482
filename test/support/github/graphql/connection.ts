import { gitHubError } from './errors.ts';

/** Arguments of every connection. */
export interface ConnectionArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** What rows are ordered by: a value and, among equals, an id. */
export type Position = [string | number, number];

export interface ConnectionOptions<Row> {
  position: (row: Row) => Position;
  descending?: boolean;
  node: (row: Row) => object;
}

const compare = (a: Position, b: Position): number => {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1];
};

const encode = (position: Position): string => Buffer.from(`cursor:v2:${JSON.stringify(position)}`).toString('base64');

function decode(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64').toString();
  try {
    if (text.startsWith('cursor:v2:')) return JSON.parse(text.slice('cursor:v2:'.length)) as Position;
  } catch {}
  throw gitHubError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
}

/**
 * A page of rows. Cursors stand for a position in the order, as GitHub's do: a row that moves while pages are read is
 * met twice or not at all.
 */
export function connection<Row>(rows: readonly Row[], args: ConnectionArgs, { position, descending = false, node }: ConnectionOptions<Row>) {
  const sign = descending ? -1 : 1;
  const order = (a: Position, b: Position) => sign * compare(a, b);
  const sorted = rows.map((row) => ({ row, at: position(row) })).toSorted((a, b) => order(a.at, b.at));
  const after = args.after ? decode(args.after) : undefined;
  const before = args.before ? decode(args.before) : undefined;
  const range = sorted.filter(({ at }) => (!after || order(at, after) > 0) && (!before || order(at, before) < 0));
  const { first, last } = args;
  const ahead = first == null ? range : range.slice(0, first);
  const page = last == null ? ahead : ahead.slice(-last);
  const [start, end] = [page[0], page.at(-1)];
  return {
    totalCount: rows.length,
    totalDiskUsage: 0,
    nodes: () => page.map(({ row }) => node(row)),
    edges: () => page.map(({ row, at }) => ({ cursor: encode(at), node: node(row) })),
    pageInfo: {
      startCursor: start ? encode(start.at) : null,
      endCursor: end ? encode(end.at) : null,
      hasNextPage: end ? order(end.at, (sorted.at(-1) ?? end).at) < 0 : false,
      hasPreviousPage: start ? order(start.at, (sorted[0] ?? start).at) > 0 : after !== undefined && sorted.length > 0,
    },
  };
}
