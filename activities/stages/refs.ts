import { peelTags, type Ref, readPinnedRefs } from '../../src/git/refs.ts';
import type { RefRecord } from '../../src/model/records.ts';
import type { StageContext } from '../../src/sources/stage.ts';

const TYPES: Record<string, RefRecord['type']> = { heads: 'branch', remotes: 'remote', tags: 'tag', notes: 'note' };

/** All refs at the time of the pin. */
export async function readRefs({ git, repository, refsFile }: StageContext): Promise<RefRecord[]> {
  const refs: Ref[] = [];
  for await (const group of readPinnedRefs(refsFile)) refs.push(...group);
  const peeled = await peelTags(
    git,
    refs.filter((ref) => ref.type === 'tag').map((ref) => ref.hash),
  );
  return refs.map((ref) => {
    const [, kind = '', third = ''] = ref.name.split('/');
    const type = TYPES[kind] ?? 'other';
    const commit = ref.type === 'commit' ? ref.hash : (peeled.get(ref.hash) ?? null);
    return {
      repoId: repository.id,
      fullName: ref.name,
      hash: ref.hash,
      name: ref.name.split('/').slice(2).join('/'),
      remote: type === 'remote' ? third : null,
      target: ref.target === '' ? null : ref.target,
      type,
      tagCommitHash: type === 'tag' ? commit : null,
    };
  });
}
