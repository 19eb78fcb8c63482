import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inheritedEnvironment } from '../../src/config.ts';
import type { Stage } from '../../src/model/stages.ts';

/** A git that waits in the middle of a stage: what has to happen there happens there, however slow anything else is. */
export interface HeldGit extends Disposable {
  /** For the environment of a command: where programs are, this git first. */
  PATH: string;
  /** Whether anything waits, or has. */
  waited(): boolean;
  /** Lets go what waits and what comes. */
  release(): void;
}

/** Commits of which the stats wait: those of a repository with twice as many fill a batch before. */
const HELD_COMMITS = 800;

/**
 * What waits, by stage of a deep repository. Which calls of git these are depends neither on how many run at once nor on
 * how quick the machine is, and what comes before them is one batch at least.
 */
const HELD: Record<Stage | 'prepare', string> = {
  // Before any ref is read.
  prepare: `*' symbolic-ref '*) held ;;`,
  // Some thousand commits. It ends by a kill of its reader, not by one of its own: see to it that it's let go.
  commits: `*' cat-file --batch --buffer') [ ! -e "$mark" ] || { git "$@" | { head -c 1200000; held; cat; }; exit; } ;;`,
  'pull-requests': `*' rev-list --stdin --merges'*) held ;;`,
  // The newest commits come first; a call is for some hundreds. Small repositories, which one call reads whole, pass.
  'commit-stats': `*' diff-tree --stdin '*) commits=$(cat); first=$(echo "$commits" | head -n 1)
    left=$(git "$1" rev-list --count "$first")
    [ "$left" -gt ${HELD_COMMITS} ] || [ "$left" -eq "$(echo "$commits" | wc -l)" ] || held
    echo "$commits" | git "$@"; exit ;;`,
  // The files of the last folders.
  'files-and-blame': `*' blame '*' -- folder'[789]*) held ;;`,
};

/**
 * Makes a git that waits until it's released.
 * @param folder For its program.
 */
export function holdGit(folder: string, stage: Stage | 'prepare' = 'files-and-blame'): HeldGit {
  const programs = join(folder, 'held-git');
  const mark = join(programs, 'held');
  mkdirSync(programs, { recursive: true });
  writeFileSync(mark, '');
  const lines = [
    '#!/bin/sh',
    `PATH='${inheritedEnvironment.PATH}' mark='${mark}'`,
    'held() { : > "$mark.waited"; while [ -e "$mark" ]; do sleep 0.1; done; }',
    `case "$*" in ${HELD[stage]} esac`,
    'exec git "$@"',
  ];
  writeFileSync(join(programs, 'git'), `${lines.join('\n')}\n`);
  chmodSync(join(programs, 'git'), 0o755);
  const release = () => rmSync(mark, { force: true });
  return { PATH: [programs, inheritedEnvironment.PATH].join(delimiter), waited: () => existsSync(`${mark}.waited`), release, [Symbol.dispose]: release };
}

/** The same for the workers of this process. */
export function holdGitHere(folder: string, stage?: Stage | 'prepare'): HeldGit {
  const { PATH } = inheritedEnvironment;
  const git = holdGit(folder, stage);
  inheritedEnvironment.PATH = git.PATH;
  return {
    ...git,
    [Symbol.dispose]: () => {
      git.release();
      inheritedEnvironment.PATH = PATH;
    },
  };
}
