import type { Answer } from '../../forge/exchange.ts';
import { type RestContext, refuseRequest } from './context.ts';

const pageSize = ({ query }: RestContext): number => Math.min(100, Math.max(1, Number(query.get('per_page') ?? 20)));

/**
 * One page by its number, with its headers; without totals beyond the world's limit.
 * @see https://docs.gitlab.com/api/rest/#offset-based-pagination
 */
export function page<Row>(context: RestContext, rows: readonly Row[], shape: (row: Row) => unknown): Answer {
  const { query, slide, world } = context;
  const size = pageSize(context);
  const number = Math.max(1, Number(query.get('page') ?? 1));
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const start = Math.max(0, (number - 1) * size - (number > 1 ? slide : 0));
  const counted = rows.length <= world.countLimit;
  const to = (target: number, rel: string) => link(context, { page: String(target), per_page: String(size) }, rel);
  const links = [
    ...(number > 1 ? [to(Math.min(number - 1, pages), 'prev')] : []),
    ...(number < pages ? [to(number + 1, 'next')] : []),
    to(1, 'first'),
    ...(counted ? [to(pages, 'last')] : []),
  ];
  const headers = {
    link: links.join(', '),
    'x-page': String(number),
    'x-per-page': String(size),
    'x-next-page': number < pages ? String(number + 1) : '',
    'x-prev-page': number > 1 ? String(number - 1) : '',
    ...(counted && { 'x-total': String(rows.length), 'x-total-pages': String(pages) }),
  };
  return { status: 200, headers, body: rows.slice(start, start + size).map(shape) };
}

/** Beyond it GitLab wants keyset paging where a list has it: https://docs.gitlab.com/administration/instance_limits/#max-offset-allowed-by-the-rest-api-for-offset-based-pagination */
const DEEPEST_OFFSET = 50_000;

/**
 * A page of a list that can also be paged by its rows' ids: what comes after the last row of a page, until one is empty.
 * @see https://docs.gitlab.com/api/rest/#keyset-based-pagination
 */
export function pageById<Row extends { id: number }>(context: RestContext, rows: readonly Row[], shape: (row: Row) => unknown): Answer {
  const { query } = context;
  const size = pageSize(context);
  if (query.get('pagination') !== 'keyset') {
    if (Number(query.get('page') ?? 1) * size > DEEPEST_OFFSET) {
      const rest = 'Remaining records can be retrieved using keyset pagination.';
      throw refuseRequest(405, `Offset pagination has a maximum allowed offset of ${DEEPEST_OFFSET} for requests that return objects of type Project. ${rest}`);
    }
    return page(context, rows, shape);
  }
  if (query.get('order_by') !== 'id') throw refuseRequest(405, 'Keyset pagination is not yet available for this type of request');
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const after = query.get('sort') === 'asc' ? 'id_after' : 'id_before';
  return { status: 200, headers: last ? { link: link(context, { [after]: String(last.id) }, 'next') } : {}, body: shown.map(shape) };
}

/** GitLab repeats the parameters of the path in the query, in order of their names. */
function link({ query, params, linkUrl, rawPath }: RestContext, changes: Record<string, string>, rel: string): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries({ ...params, ...changes })) next.set(name, value);
  next.sort();
  return `<${linkUrl}${rawPath}?${next}>; rel="${rel}"`;
}
