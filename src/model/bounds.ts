import { clip } from './clip.ts';
import type { ListedRepository, RefusedRepository } from './repository.ts';

/**
 * Limits of payloads. Temporal accepts 2 MB for a payload, and for all arguments of a call together. Sizes are those of
 * JSON in UTF-8.
 * @see https://docs.temporal.io/self-hosted-guide/defaults
 */

const encoder = new TextEncoder();

/** Returns the size of a value in a payload, in bytes. */
export function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value) ?? '').length;
}

/** Bytes of the names in `repos`, and in `paths`. */
export const MAX_LIST_BYTES = 200_000;

/** Names in `repos`, and in `paths`: the result may have a reason for each. */
export const MAX_LIST_LENGTH = 5_000;

/** Bytes of the repositories on a page, if the source can choose its size. */
export const MAX_PAGE_BYTES = 500_000;

/** Bytes of the state that a run passes to the run it continues as. The input is passed too, so this is far below 2 MB. */
export const MAX_STATE_BYTES = 1_200_000;

/** Bytes of the failures in a result, and of the running repositories in the answer of a query. */
export const MAX_REPORT_BYTES = 700_000;

/** Bytes of a failed repository's name, and of its reason. */
const MAX_FAILURE_BYTES = 1_000;

/** Bytes of an error's message. */
export const MAX_MESSAGE_BYTES = 20_000;

/** Bytes of each field of a listed repository. A page of 100 holds less than 2 MB of them. */
const MAX_FIELD_BYTES = {
  name: 2_000,
  label: 5_000,
  host: 500,
  url: 2_000,
  // Longer than any path on Linux.
  path: 5_000,
  ref: 1_000,
  head: 200,
  tags: 2_500,
  settings: 9_000,
  probe: 1_000,
} as const;

/** A file URL encodes a byte of its path as up to three characters. */
const MAX_FILE_URL_BYTES = 3 * MAX_FIELD_BYTES.path;

/** Says which field of a repository is too long for a payload; undefined if none is. */
export function overlongField(repository: ListedRepository): string | undefined {
  const { name, label, host, url, path, hosted, probe } = repository;
  const fields = { name, label, host, url, path, ref: hosted?.ref, head: hosted?.head, tags: hosted?.tags, settings: hosted?.settings, probe };
  for (const [field, limit] of Object.entries(MAX_FIELD_BYTES) as [keyof typeof MAX_FIELD_BYTES, number][]) {
    const max = field === 'url' && path !== undefined ? MAX_FILE_URL_BYTES : limit;
    const bytes = bytesOf(fields[field]);
    if (bytes > max) return `its ${field} has ${bytes} bytes, and at most ${max} are supported; shorten it`;
  }
  return undefined;
}

/** Clips the name and the reason of a failed repository, so that many fit into a payload. */
export function clipFailure({ name, reason }: RefusedRepository): RefusedRepository {
  return { name: clip(name, MAX_FAILURE_BYTES), reason: clip(reason, MAX_FAILURE_BYTES) };
}

/** Returns as many of the first items as fit into a size, in bytes. */
export function fitting<Item>(items: readonly Item[], bytes: number): Item[] {
  let left = bytes;
  const end = items.findIndex((item) => {
    left -= bytesOf(item) + 1;
    return left < 0;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}
