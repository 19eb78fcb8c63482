import type { Answer } from '../../forge/exchange.ts';
import type { RestContext } from './context.ts';

/**
 * One page of rows with its Link header.
 * @param wrap For lists that are a property of an object.
 * @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function page<Row>(context: RestContext, rows: readonly Row[], shape: (row: Row) => unknown, wrap?: (page: unknown[]) => unknown): Answer {
  const size = Math.min(100, Math.max(1, Number(context.query.get('per_page') ?? 30)));
  const number = Math.max(1, Number(context.query.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(rows.length / size));
  const start = Math.max(0, (number - 1) * size - (number > 1 ? context.slide : 0));
  const shaped = rows.slice(start, start + size).map(shape);
  const links = [
    ...(number > 1 ? [link(context, 'prev', Math.min(number - 1, last))] : []),
    ...(number < last ? [link(context, 'next', number + 1), link(context, 'last', last)] : []),
    ...(number > 1 ? [link(context, 'first', 1)] : []),
  ];
  return { status: 200, headers: links.length > 0 ? { link: links.join(', ') } : {}, body: wrap ? wrap(shaped) : shaped };
}

function link({ query, linkUrl, linkPath }: RestContext, rel: string, number: number): string {
  const next = new URLSearchParams(query);
  next.set('page', String(number));
  return `<${linkUrl}${linkPath}?${next}>; rel="${rel}"`;
}
