import type { Caller } from '../access.ts';
import type { Budget } from '../limits.ts';
import type { Urls } from '../rest/context.ts';
import type { PullRequest, Repository, World } from '../world.ts';
import type { Cost } from './cost.ts';

/** Makers of nodes that lead to each other. */
export interface Nodes {
  actor: (context: GraphContext, login: string | null) => object | null;
  repository: (context: GraphContext, repository: Repository) => object;
  pull: (context: GraphContext, repository: Repository, pull: PullRequest) => object;
}

/** What the nodes of one GraphQL answer are made from. */
export interface GraphContext {
  world: World;
  caller: Caller;
  urls: Urls;
  cost: Cost;
  budget: Budget;
  nodes: Nodes;
  /** Told of every list that this server knows nothing about, so that an empty one isn't taken for the truth. */
  unknown: (field: string) => void;
}
