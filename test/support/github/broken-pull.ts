import type { Answer } from '../forge/exchange.ts';
import type { Effect } from './effects.ts';
import { htmlPage } from './state.ts';

type Json = Record<string, unknown>;

/** The answer of a GitHub that can't answer for one pull request; the answer itself where that isn't in it. */
export function breakPull(answer: Answer, { number, as }: Extract<Effect, { do: 'broken-pull' }>): Answer {
  const body = structuredClone(answer.body) as Json;
  const path = pathOf(body['data'], number);
  if (path === undefined) return answer;
  if (as !== 'partial') return htmlPage(as);
  const parent = path.slice(0, -1).reduce((value, key) => value[key] as Json, body['data'] as Json);
  parent[path.at(-1) as string] = null;
  return { ...answer, body: { ...body, errors: [{ message: 'Something is broken', path }] } };
}

/** Where a pull request's description or reviews are. */
function pathOf(value: unknown, number: number): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ((value as Json)['number'] === number && 'title' in value) return [];
  for (const [key, child] of Object.entries(value)) {
    const path = pathOf(child, number);
    if (path !== undefined) return [Array.isArray(value) ? Number(key) : key, ...path];
  }
  return undefined;
}
