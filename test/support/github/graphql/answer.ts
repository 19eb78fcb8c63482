import type { Answer, Exchange } from '../../forge/exchange.ts';
import type { Caller } from '../access.ts';
import { commonHeaders, type State } from '../state.ts';
import { type Prepared, run } from './execute.ts';
import { actorNode } from './nodes-owners.ts';
import { pullNode } from './nodes-pulls.ts';
import { repositoryNode } from './nodes-repositories.ts';

const NODES = { actor: actorNode, repository: repositoryNode, pull: pullNode };

/** Executes a request against the real schema, charges for it, and gives it the headers of every answer. */
export async function answerGraphql(state: State, exchange: Exchange, caller: Caller, prepared: Prepared): Promise<Answer> {
  const { record } = exchange;
  if (prepared.errors) {
    record.violations.push(...prepared.errors.map(({ message }) => String(message)));
    return { status: 200, headers: commonHeaders(state, caller, 'graphql'), body: { errors: prepared.errors } };
  }
  state.limits.charge(caller.key, 'graphql', prepared.cost.points);
  const { world, urls, limits } = state;
  const body = await run(prepared, {
    world,
    caller,
    urls,
    cost: prepared.cost,
    budget: limits.budget(caller.key, 'graphql'),
    nodes: NODES,
    unknown: (field) => void record.violations.push(`the tests' server knows nothing of ${field}`),
  });
  return { status: 200, headers: commonHeaders(state, caller, 'graphql'), body };
}
