import type { CommitStatRecord } from '../../../src/schema/git-commit-stats.ts';
import { git, gitText } from '../git.ts';
import { selectCommits } from './commits.ts';
import { byKey, type OracleOptions, type Plain, text, withPlain } from './plain.ts';

/** Rows of git_commit_stats, sorted by commit and path: one comparison of two trees a commit. */
export async function expectedCommitStats(dir: string, options: OracleOptions): Promise<CommitStatRecord[]> {
  return withPlain(dir, (plain) => {
    const emptyTree = gitText(plain.dir, ['hash-object', '-t', 'tree', '-w', '--stdin']);
    const rows = [...selectCommits(plain, options)].flatMap(
      ([
        hash,
        {
          parents: [parent],
        },
      ]) => {
        const before = parent === undefined || plain.shallow.has(hash) ? emptyTree : parent;
        return compareTrees(plain, before, hash).map((change) => ({ repoId: options.repoId, commitHash: hash, ...change }));
      },
    );
    return byKey(rows, 'commitHash', 'filePath');
  });
}

function compareTrees(plain: Plain, before: string, after: string): Omit<CommitStatRecord, 'repoId' | 'commitHash'>[] {
  const output = git(plain.dir, ['diff-tree', '-r', '-M50%', '-l0', '-z', '--raw', '--numstat', before, after]);
  const fields = output.toString('latin1').split('\0').slice(0, -1);
  const next = () => fields.shift() ?? '';
  const changes = [];
  // First ':old-mode new-mode old-hash new-hash status', path and after a rename the new path of every file …
  while (fields[0]?.startsWith(':')) {
    const [oldFileMode = '', newFileMode = '', , , status = ''] = next().slice(1).split(' ');
    const oldPath = next();
    const renamed = status.startsWith('R');
    changes.push({ oldFileMode, newFileMode, oldPath: renamed ? oldPath : null, path: renamed ? next() : oldPath });
  }
  // … then in the same order their counts with the path, or with no path and two fields of paths.
  return changes.map(({ oldFileMode, newFileMode, oldPath, path }) => {
    const [, additions = '', deletions = '', counted] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(next()) ?? [];
    if ((oldPath === null ? counted : [next(), next()][1]) !== path) throw new Error(`${after}: no counts for ${path}.`);
    return {
      filePath: text(Buffer.from(path, 'latin1')),
      oldFilePath: oldPath === null ? null : text(Buffer.from(oldPath, 'latin1')),
      additions: additions === '-' ? 0 : Number(additions),
      deletions: deletions === '-' ? 0 : Number(deletions),
      oldFileMode,
      newFileMode,
    };
  });
}
