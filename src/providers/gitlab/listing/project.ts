import type { ListedRepository, Probe } from '../../../model/repository.ts';
import { OFF, orderOfId, UNFINISHED } from '../../../model/repository.ts';
import { digest } from '../../hosted/digest.ts';
import type { Listable } from '../../hosted/listing.ts';
import { cleanText } from '../../hosted/text.ts';
import { repositoryId } from '../../identity.ts';
import type { GitLab } from '../api.ts';
import { remoteOf } from '../connection.ts';

/** What is read of a project. @see https://docs.gitlab.com/api/projects/ */
export interface ToldProject {
  id: number;
  path_with_namespace: string;
  web_url: string;
  default_branch?: string | null;
  description?: string | null;
  visibility?: string;
  topics?: string[];
  archived?: boolean;
  forked_from_project?: unknown;
  created_at: string;
  last_activity_at?: string | null;
  updated_at?: string | null;
  empty_repo?: boolean;
  repository_access_level?: string;
  merge_requests_access_level?: string;
  import_status?: string;
}

/** A project as listings find it. */
export interface FoundProject extends Listable {
  told: ToldProject;
}

export function toFound(told: ToldProject): FoundProject {
  return {
    id: String(told.id),
    name: told.path_with_namespace,
    isFork: Boolean(told.forked_from_project),
    isArchived: told.archived === true,
    order: orderOfId(String(told.id)),
    ...(told.repository_access_level === 'disabled' ? { refused: 'its repository is switched off' } : {}),
    told,
  };
}

/** @param now Milliseconds since 1970. */
export function toListed({ host, url }: GitLab, { id, name, isFork, isArchived, told }: FoundProject, now: number): ListedRepository {
  const { description = null, visibility = 'private' } = told;
  return {
    provider: 'gitlab',
    id: repositoryId(remoteOf(url, name)),
    host,
    name,
    url: told.web_url,
    hosted: {
      providerId: id,
      ref: told.default_branch ?? null,
      head: null,
      isFork,
      isArchived,
      createdAt: new Date(told.created_at).toISOString(),
      tags: told.topics ?? [],
      settings: { description: description === null ? null : cleanText(description), visibility },
    },
    probe: probeOf(told, now),
  };
}

/** A project that mirrors another one is imported time and again. */
const IMPORTED = ['scheduled', 'started'];

function probeOf(told: ToldProject, now: number): Probe {
  if (IMPORTED.includes(told.import_status ?? '')) return { pullRequests: UNFINISHED };
  return { ...probeOfGit(told, now), ...(told.merge_requests_access_level === 'disabled' ? { pullRequests: OFF } : {}) };
}

/**
 * GitLab moves `last_activity_at` with an event, such as a push, only where it's an hour old by then; and this is added
 * for clocks that differ.
 */
const THROTTLED_MS = 60 * 60_000 + 10 * 60_000;

/**
 * Tells that git holds nothing new as long as `last_activity_at` is what it was when git was last read, and only where
 * that time was more than an hour old already. Nothing is missed by that:
 *
 * - Each push to a branch or tag makes an event, and an event sets `last_activity_at` to its own time unless that was
 *   set within the last hour. So a push within an hour of the noted time may leave no trace. While the noted time is
 *   that young the project has no probe, and git is asked.
 * - Once it's older, the listing comes before the fetch, and every push after that fetch comes more than an hour after
 *   the noted time: it moves the time. A push before the fetch was fetched.
 * - Events are made by a queue, and may be read from a replica. An event that comes late moves the time late, and the
 *   next listing sees it.
 *
 * The path is part of it, as clones are asked for by it: another project may have taken it between listing and fetch, and
 * where a group was renamed nothing else of the project tells.
 *
 * Other events move the time as well; then git is asked for nothing, and answers that nothing is new.
 * @see https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/event.rb RESET_PROJECT_ACTIVITY_INTERVAL
 */
function probeOfGit({ default_branch, path_with_namespace, last_activity_at, updated_at, empty_repo }: ToldProject, now: number): Probe {
  if (!last_activity_at || Date.parse(last_activity_at) > now - THROTTLED_MS) return {};
  return { git: digest(path_with_namespace, default_branch ?? null, last_activity_at, updated_at ?? null, empty_repo ?? null) };
}
