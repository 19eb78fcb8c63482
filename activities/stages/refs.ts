import { peel, type Ref, readPinnedRefs } from '../../src/git/refs.ts';
import type { StageContext } from '../../src/providers/stage.ts';
import type { RefRecord } from '../../src/schema/git-refs.ts';

const TYPES: Record<string, RefRecord['type']> = { heads: 'branch', remotes: 'remote', tags: 'tag', notes: 'note' };

/** Reads all refs as they were pinned. */
export async function readRefs({ git, repository, refsFile }: Pick<StageContext, 'git' | 'repository' | 'refsFile'>): Promise<RefRecord[]> {
  const refs: Ref[] = [];
  for await (const group of readPinnedRefs(refsFile)) refs.push(...group);
  const objects = await peel(git, [...new Set(refs.map((ref) => ref.hash))]);
  return refs.map((ref) => {
    const [, kind = '', third = ''] = ref.name.split('/');
    const type = TYPES[kind] ?? 'other';
    const end = objects.get(ref.hash);
    return {
      repoId: repository.id,
      fullName: ref.name,
      hash: ref.hash,
      name: ref.name.split('/').slice(2).join('/'),
      remote: type === 'remote' ? third : null,
      target: ref.target === '' ? null : ref.target,
      type,
      tagCommitHash: type === 'tag' && end?.endType === 'commit' ? end.hash : null,
    };
  });
}
