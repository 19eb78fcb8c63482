import type { ListedRepository, Probe } from '../../../model/repository.ts';
import { digest } from '../../hosted/digest.ts';
import type { Listable } from '../../hosted/listing.ts';
import { cleanText } from '../../hosted/text.ts';
import { repositoryId } from '../../identity.ts';

/** A repository in GitHub's listings, from either API. */
export interface Found extends Listable {
  url: string;
  ref: string | null;
  head: string | null;
  description: string | null;
  visibility: string;
  language: string | null;
  /** SPDX identifier. */
  license: string | null;
  topics: string[];
  /** ISO-8601 */
  createdAt: string;
  /** ISO-8601, of the last push to any ref. */
  pushedAt: string | null;
  /** Other signs that refs have changed; undefined if the listing has none. */
  refs?: { branches: number; tags: number };
  /** Undefined where the listing has nothing of them. */
  pullRequests?: { total: number; updatedAt: string | null };
}

/**
 * GitHub's times are whole seconds: what changed this recently may change again within the same second without a trace.
 * Longer than the usual clock skew.
 */
const RECENT_MS = 5 * 60_000;

/** @param now Milliseconds since 1970. */
export function toListedRepository(found: Found, host: string, now: number): ListedRepository {
  const { description, visibility, language, license } = found;
  return {
    provider: 'github',
    id: repositoryId({ host, name: found.name }),
    host,
    name: found.name,
    url: found.url,
    hosted: {
      providerId: found.id,
      ref: found.ref,
      head: found.head,
      isFork: found.isFork,
      isArchived: found.isArchived,
      createdAt: new Date(found.createdAt).toISOString(),
      tags: found.topics,
      settings: { description: description === null ? null : cleanText(description), visibility, language, license },
    },
    probe: probeOf(found, now),
  };
}

function probeOf({ ref, head, pushedAt, refs, pullRequests }: Found, now: number): Probe {
  return {
    ...(isRecent(pushedAt, now) ? {} : { git: digest(ref, head, pushedAt, refs?.branches, refs?.tags) }),
    ...(pullRequests === undefined || isRecent(pullRequests.updatedAt, now) ? {} : { pullRequests: digest(pullRequests.total, pullRequests.updatedAt) }),
  };
}

function isRecent(time: string | null, now: number): boolean {
  return time !== null && Date.parse(time) > now - RECENT_MS;
}
