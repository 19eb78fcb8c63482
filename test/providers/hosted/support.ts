import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gitProgram } from '../../../src/config.ts';
import { type MirrorRequest, updateMirror } from '../../../src/providers/hosted/mirror.ts';
import { gitText } from '../../support/git.ts';

/** What these tests ask for: all refs but pull requests. */
export function requestFor(gitDir: string, url: string, token: string, more: Partial<MirrorRequest> = {}): MirrorRequest {
  return {
    program: gitProgram,
    gitDir,
    url,
    credentials: async () => ({ username: 'x-access-token', password: token }),
    defaultBranch: 'main',
    excludedRefs: ['^refs/pull/*'],
    needs: "the permission 'Contents: read'",
    signal: new AbortController().signal,
    ...more,
  };
}

export const bring = (request: MirrorRequest): Promise<void> => updateMirror(request, async () => undefined);

/** Refs of a repository but those of pull requests, one a line. */
export const refsOf = (dir: string): string[] =>
  gitText(dir, ['for-each-ref', '--format=%(objectname) %(refname)'])
    .split('\n')
    .filter((line) => line !== '' && !line.includes(' refs/pull/'));

export const packsOf = (gitDir: string): string[] => readdirSync(join(gitDir, 'objects/pack')).filter((name) => name.endsWith('.pack'));

/** Arguments and environment of every process that names a text, but this one. */
export function processesWith(text: string): { pid: number; cmdline: string; environ: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), cmdline: proc(name, 'cmdline'), environ: proc(name, 'environ') }))
    .filter(({ cmdline, environ }) => cmdline.includes(text) || environ.includes(text));
}

function proc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended, or is another user's.
    return '';
  }
}

/** Waits for what has to come. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10);
}

/** Every file below a folder, with what it holds. */
export function filesBelow(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, 'latin1')];
    });
}

/** Brings a mirror in a process of its own, which gets the token through a pipe; killed, it leaves what it would in earnest. */
export function bringElsewhere(gitDir: string, url: string, token: string, env: Record<string, string> = {}): ChildProcess & { said: () => string } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), gitDir, url], {
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  (child.stdin as Writable).end(token);
  let said = '';
  for (const output of [child.stdout, child.stderr] as Readable[]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return Object.assign(child, { said: () => said });
}
