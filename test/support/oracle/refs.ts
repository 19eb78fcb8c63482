import type { RefRecord } from '../../../src/schema/git-refs.ts';
import { byKey, listRefs, type OracleOptions, type Plain, readObjects, withPlain } from './plain.ts';

const TYPES: Record<string, RefRecord['type']> = { heads: 'branch', remotes: 'remote', tags: 'tag', notes: 'note' };

/** Rows of git_refs, sorted by full name. */
export async function expectedRefs(dir: string, { repoId }: OracleOptions): Promise<RefRecord[]> {
  return withPlain(dir, (plain) => {
    const rows = listRefs(dir).map(({ fullName, hash, target }): RefRecord => {
      const [, kind = '', ...name] = fullName.split('/');
      const type = (name.length > 0 && TYPES[kind]) || 'other';
      return {
        repoId,
        fullName,
        hash,
        name: name.join('/'),
        remote: type === 'remote' ? (name[0] ?? null) : null,
        target,
        type,
        tagCommitHash: type === 'tag' ? peelToCommit(plain, hash) : null,
      };
    });
    return byKey(rows, 'fullName');
  });
}

/** Follows tags of tags to the commit at their end, if it is one. */
export function peelToCommit(plain: Plain, hash: string): string | null {
  const object = readObjects(plain, [hash]).get(hash);
  if (object?.type === 'commit') return hash;
  if (object?.type !== 'tag') return null;
  const next = /^object ([0-9a-f]+)$/m.exec(object.body.toString('latin1'))?.[1];
  return next === undefined ? null : peelToCommit(plain, next);
}
