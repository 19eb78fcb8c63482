import type { Answer } from '../../forge/exchange.ts';
import { Refusal } from '../../forge/refusal.ts';
import { type Caller, canReadMergeRequests, canSeeGroup, canSeeProject } from '../access.ts';
import { JSON_TYPE, type Urls } from '../state.ts';
import { findGroup, findProject, type Group, type MergeRequest, type Project, type World } from '../world.ts';

/** What a handler of a route gets. */
export interface RestContext {
  world: World;
  caller: Caller;
  urls: Urls;
  /** Of the path, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** As sent: Link headers repeat it. */
  rawPath: string;
  /** Host for Link headers, where a fault wants another one. */
  linkUrl: string;
  /** Rows that were added (or, below zero, removed) before this page since the last one. */
  slide: number;
}

export type Handler = (context: RestContext) => Answer;

/** An error as GitLab words most: `{"message":"404 Project Not Found"}`. */
export const refuse = (status: number, message: string): Refusal => new Refusal({ status, headers: JSON_TYPE, body: { message } });

/** An error about the request itself: `{"error":"per_page is invalid"}`. */
export const refuseRequest = (status: number, error: string): Refusal => new Refusal({ status, headers: JSON_TYPE, body: { error } });

/** A former path of a group leads nowhere: it is one that isn't there. */
export function groupOf({ world, caller, params }: RestContext): Group {
  const group = findGroup(world, params['id'] ?? '');
  if (!group || !canSeeGroup(world, caller, group)) throw refuse(404, '404 Group Not Found');
  return group;
}

/**
 * The project that a path names. A former path is answered with where it is now, by its number.
 * @see https://docs.gitlab.com/api/rest/#redirects
 */
export function projectOf(context: RestContext): Project {
  const { world, caller, params, urls, query, rawPath } = context;
  const found = findProject(world, params['id'] ?? '');
  if (!found || !canSeeProject(world, caller, found.project)) throw refuse(404, '404 Project Not Found');
  if (!found.moved) return found.project;
  const path = rawPath.replace(/^\/projects\/[^/]+/, `/projects/${found.project.id}`);
  const location = `${urls.api}${path}${query.size > 0 ? `?${query}` : ''}`;
  const headers = { 'content-type': 'text/plain', location };
  throw new Refusal({ status: 301, headers, body: `This resource has been moved permanently to ${location}.` });
}

/** Merge requests of a project that has none for the caller: 403 for the list, 404 for one. */
export function mergeRequestOf(context: RestContext): { project: Project; request: MergeRequest } {
  const project = projectOf(context);
  const request = project.mergeRequests.find(({ iid }) => String(iid) === context.params['merge_request_iid']);
  if (!request || !canReadMergeRequests(context.world, context.caller, project)) throw refuse(404, '404 Not found');
  return { project, request };
}

/** `true` where a query says so, in the spellings that GitLab takes. */
export function flag(query: URLSearchParams, name: string, standard = false): boolean {
  const value = query.get(name);
  return value === null ? standard : /^(true|t|1|yes|on)$/i.test(value);
}
