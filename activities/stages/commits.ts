import { parseCommit } from '../../src/git/commit.ts';
import { countCommits, listCommits } from '../../src/git/history.ts';
import { readObjects } from '../../src/git/objects.ts';
import type { CommitRecord } from '../../src/model/records.ts';
import { planCommits } from '../../src/sources/selection.ts';
import type { Batch, Cursor, StageContext } from '../../src/sources/stage.ts';
import { reached, skip } from './positions.ts';
import { readRefs } from './refs.ts';

/** A batch is written when it holds so much: messages may be long. */
const ROWS_PER_BATCH = 2_000;
const BYTES_PER_BATCH = 4_000_000;

/** Refs and commits. Cursor: `position` in the list of commits to take in, see {@link reached}. */
export async function* readCommits(context: StageContext): AsyncGenerator<Batch, Cursor> {
  const { git, repository } = context;
  const plan = await planCommits(context, 'git_commits');
  const total = await countCommits(git, plan.added);
  let position = reached(context, plan.incremental);
  const batch = (changes: Batch['changes']): Batch => ({ changes, cursor: { position, incremental: plan.incremental }, done: position, total });

  if (position === 0) {
    yield batch([{ table: 'git_refs', partition: { repoId: repository.id }, rows: await readRefs(context) }]);
    for await (const hashes of plan.removed) {
      yield batch([{ table: 'git_commits', delete: hashes.map((hash) => ({ repoId: repository.id, hash })) }]);
    }
  }

  let rows: CommitRecord[] = [];
  let bytes = 0;
  for await (const object of readObjects(git, skip(listCommits(git, plan.added), position))) {
    rows.push(toRecord(repository.id, object.hash, object.content));
    bytes += object.size;
    if (rows.length >= ROWS_PER_BATCH || bytes >= BYTES_PER_BATCH) {
      position += rows.length;
      yield batch([{ table: 'git_commits', upsert: rows }]);
      rows = [];
      bytes = 0;
    }
  }
  position += rows.length;
  if (rows.length > 0) yield batch([{ table: 'git_commits', upsert: rows }]);
  return { ...plan.selection };
}

function toRecord(repoId: string, hash: string, content: Buffer): CommitRecord {
  const { author, committer, parents, message } = parseCommit(content);
  return {
    repoId,
    hash,
    message,
    authorName: author.name,
    authorEmail: author.email,
    authorWhen: author.when,
    committerName: committer.name,
    committerEmail: committer.email,
    committerWhen: committer.when,
    parents: parents.length,
  };
}
