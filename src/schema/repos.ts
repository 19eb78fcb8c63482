import type { Provider } from '../model/providers.ts';
import { boolean, instant, json, nullable, text, uuid } from './column.ts';
import { lastSynced } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const repos = defineTable({
  name: 'repos',
  key: ['id'],
  columns: {
    id: uuid(
      "UUID made of host and full name, so that a clone, another clone and the host's API mean the same repository; without a remote made of the real path",
    ),
    repo: text("full name as in the remote's URL (`acme/api`), of a host's repository its present one; without a remote the folder's name"),
    provider: text<Provider>('`local`, `github` or `gitlab`'),
    host: text("`github.com`, lower case, with its port where that is unusual, and the path that a GitLab lies below; `''` without a remote"),
    providerId: nullable(text("the host's own id, which stays when the repository is renamed; null for local ones")),
    url: nullable(text('`https://<host>/<full name>`, or `file://<path>`')),
    ref: nullable(
      text(
        'branch that HEAD names (short name), also while it has no commit; null where HEAD is detached. At a host the default branch; null while it has no commit',
      ),
    ),
    headHash: nullable(text('commit that HEAD names; null while there is none')),
    settings: json<Record<string, unknown>>(
      '{}',
      'local: `path`, where the repository lies; GitHub: `description`, `visibility`, `language`, `license`; GitLab: `description`, `visibility`',
    ),
    tags: json<string[]>('[]', "the host's topics; `[]` for local ones"),
    isFork: boolean('the host says that it is a fork; false for local ones'),
    isArchived: boolean('the host says that it is archived; false for local ones'),
    createdAt: nullable(instant('when the host says that it was created; null for local ones')),
    lastSynced,
    removedAt: nullable(instant('since when the host no longer lists it')),
  },
});

/** A repository; `id` is made by `repositoryId`. */
export type RepositoryRecord = RecordOf<typeof repos>;
