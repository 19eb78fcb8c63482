import type { ListedRepository, Probe } from '../../../model/repository.ts';
import { OFF, orderOfId, UNFINISHED } from '../../../model/repository.ts';
import { digest } from '../../hosted/digest.ts';
import type { Listable } from '../../hosted/listing.ts';
import { cleanText } from '../../hosted/text.ts';
import { repositoryId } from '../../identity.ts';
import type { GitLab } from '../api.ts';
import { remoteOf } from '../connection.ts';

/** What is read of a project. @see https://docs.gitlab.com/api/projects/ */
export interface ApiProject {
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
  api: ApiProject;
}

export function toFoundProject(api: ApiProject): FoundProject {
  return {
    id: String(api.id),
    name: api.path_with_namespace,
    isFork: Boolean(api.forked_from_project),
    isArchived: api.archived === true,
    order: orderOfId(String(api.id)),
    ...(api.repository_access_level === 'disabled' ? { refused: 'its repository is switched off' } : {}),
    api,
  };
}

/** @param now Milliseconds since 1970. */
export function toListedProject({ host, url }: GitLab, { id, name, isFork, isArchived, api }: FoundProject, now: number): ListedRepository {
  const { description = null, visibility = 'private' } = api;
  return {
    provider: 'gitlab',
    id: repositoryId(remoteOf(url, name)),
    host,
    name,
    url: api.web_url,
    hosted: {
      providerId: id,
      ref: api.default_branch ?? null,
      head: null,
      isFork,
      isArchived,
      createdAt: new Date(api.created_at).toISOString(),
      tags: api.topics ?? [],
      settings: { description: description === null ? null : cleanText(description), visibility },
    },
    probe: probeOf(api, now),
  };
}

/** A mirror of another project is imported repeatedly. */
const IMPORTED = ['scheduled', 'started'];

function probeOf(api: ApiProject, now: number): Probe {
  if (IMPORTED.includes(api.import_status ?? '')) return { pullRequests: UNFINISHED };
  return { ...probeOfGit(api, now), ...(api.merge_requests_access_level === 'disabled' ? { pullRequests: OFF } : {}) };
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
function probeOfGit({ default_branch, path_with_namespace, last_activity_at, updated_at, empty_repo }: ApiProject, now: number): Probe {
  if (!last_activity_at || Date.parse(last_activity_at) > now - THROTTLED_MS) return {};
  return { git: digest(path_with_namespace, default_branch ?? null, last_activity_at, updated_at ?? null, empty_repo ?? null) };
}
