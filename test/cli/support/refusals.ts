import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { commitAll, initRepository } from '../../support/git.ts';
import { type Circumstances, makeRecorder, orgSync } from './org-sync.ts';

/** Where commands are refused. */
export interface Refuser {
  folder: string;
  /** Runs a command that has to be refused, in the folder `work`; gives what it complained about. */
  refusal(args: readonly string[], circumstances?: Circumstances): Promise<string>;
}

/**
 * Makes a folder `work` with a sound repository `good`. A command is refused when it ends with exit code 2 and
 * nothing but complaints on standard error, hasn't looked for Temporal, and has left no file or folder behind.
 */
export function makeRefuser(folder: string): Refuser {
  const work = join(folder, 'work');
  initRepository(join(work, 'good'));
  mkdirSync(join(work, 'good/sub/folder'), { recursive: true });
  writeFileSync(join(work, 'good/sub/folder/file.txt'), 'text\n');
  commitAll(join(work, 'good'), 'First\n');
  const recorder = makeRecorder(folder);
  return {
    folder: work,
    refusal: async (args, { env, ...rest } = {}) => {
      const before = readdirSync(folder, { recursive: true }).sort();
      const settings = { ORG_SYNC_HOME: join(folder, 'home/deep'), TEMPORAL_CLI: recorder.file };
      const { code, stdout, stderr } = await orgSync(args, { cwd: work, env: { ...settings, ...env }, ...rest });
      expect({ code, stdout, temporalRan: recorder.ran() }, stderr).toEqual({ code: 2, stdout: '', temporalRan: false });
      expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
      expect(stderr).not.toMatch(/^\s+at /m);
      return stderr;
    },
  };
}

/** The one problem that was complained about. */
export function onlyProblem(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  expect(lines, stderr).toHaveLength(1);
  expect(stderr).toMatch(/^error: /);
  return stderr.replace(/^error: /, '').trimEnd();
}
