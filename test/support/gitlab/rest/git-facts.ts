import { git, gitText } from '../../git.ts';
import type { Project } from '../world.ts';

/** Commits in the form of GitLab's answers, in the order of their hashes. */
export function commitShapes({ folder }: Project, hashes: readonly string[], webUrl: string): Record<string, unknown>[] {
  if (hashes.length === 0) return [];
  const format = ['%H', '%h', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%s', '%B'].join('%x00');
  const text = git(folder, ['log', '--no-walk=unsorted', '--stdin', `--format=${format}%x01`], { input: hashes.join('\n') }).toString();
  return text
    .split('\x01')
    .map((entry) => entry.replace(/^\n/, '').split('\0'))
    .filter((fields) => fields.length > 1)
    .map(([id = '', short, parents = '', name, email, date, committer, committerEmail, committed, title, message]) => ({
      id,
      short_id: short,
      created_at: committed,
      parent_ids: parents.split(' ').filter(Boolean),
      title,
      message,
      author_name: name,
      author_email: email,
      authored_date: date,
      committer_name: committer,
      committer_email: committerEmail,
      committed_date: committed,
      trailers: {},
      extended_trailers: {},
      web_url: `${webUrl}/-/commit/${id}`,
    }));
}

/** Newest first. */
export const hashesBetween = ({ folder }: Project, base: string, head: string): string[] =>
  gitText(folder, ['rev-list', `${base}..${head}`])
    .split('\n')
    .filter(Boolean);

/** The files between two commits, in the form of GitLab's answers. */
export function diffShapes({ folder }: Project, base: string, head: string): Record<string, unknown>[] {
  const raw = git(folder, ['diff', '--raw', '-M', '-z', base, head]).toString().split('\0');
  const files: Record<string, unknown>[] = [];
  for (let index = 0; raw[index]?.startsWith(':'); ) {
    const [aMode, bMode, , , status = ''] = (raw[index] ?? '').slice(1).split(' ');
    const two = /^[RC]/.test(status);
    const oldPath = raw[index + 1] ?? '';
    const newPath = two ? (raw[index + 2] ?? '') : oldPath;
    index += two ? 3 : 2;
    const patch = git(folder, ['diff', '-M', base, head, '--', oldPath, newPath]).toString();
    files.push({
      diff: patch.slice(Math.max(0, patch.indexOf('@@'))),
      collapsed: false,
      too_large: false,
      new_path: newPath,
      old_path: oldPath,
      a_mode: aMode,
      b_mode: bMode,
      new_file: status === 'A',
      renamed_file: two,
      deleted_file: status === 'D',
      generated_file: false,
    });
  }
  return files;
}

export interface DiffTotals {
  additions: number;
  deletions: number;
  changedFiles: number;
}

const totals = new Map<string, DiffTotals>();

/** As `git diff --numstat -M` counts; binary files count as files only. Commits are the same in all repositories that have them. */
export function diffTotals(folder: string, pairs: readonly { base: string; head: string }[]): Map<string, DiffTotals> {
  const unknown = pairs.filter(({ base, head }) => !totals.has(`${base}..${head}`));
  if (unknown.length > 0) {
    // Of a line with two commits the second stands for the parents of the first.
    const input = unknown.map(({ base, head }) => `${head} ${base}\n`).join('');
    const text = git(folder, ['diff-tree', '--stdin', '-r', '-M', '--numstat', '--always'], { input }).toString();
    let place = -1;
    for (const line of text.split('\n')) {
      if (/^[0-9a-f]{40}\b/.test(line)) {
        place++;
        totals.set(keyOf(unknown[place]), { additions: 0, deletions: 0, changedFiles: 0 });
        continue;
      }
      const [additions, deletions] = line.split('\t');
      const entry = totals.get(keyOf(unknown[place]));
      if (!entry || deletions === undefined) continue;
      entry.additions += Number(additions) || 0;
      entry.deletions += Number(deletions) || 0;
      entry.changedFiles++;
    }
  }
  return totals;
}

const keyOf = (pair: { base: string; head: string } | undefined): string => `${pair?.base}..${pair?.head}`;
