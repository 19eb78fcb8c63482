import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { CHEAP_IDENTITY, identify, type ProcessIdentity } from '../../processes/identity.ts';
import { getSettingsFile } from './arguments.ts';

/**
 * Finds running servers of this folder by their command lines, recorded or not: a command may be killed before it has
 * recorded the server it started, or the record may be deleted.
 */
export function findServers(directory: string): ProcessIdentity[] {
  const mark = getSettingsFile(directory);
  const pids = CHEAP_IDENTITY ? fromProc(mark) : fromPs(mark);
  return pids.flatMap((pid) => identify(pid) ?? []);
}

function fromProc(mark: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const words = commandLine(pid).split('\0');
    return words.includes('start-dev') && words[words.indexOf('--env-file') + 1] === mark;
  });
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended, or belongs to another user.
    return '';
  }
}

function fromPs(mark: string): number[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n');
  const ours = lines.filter((line) => line.includes(' start-dev ') && line.includes(` --env-file ${mark} `));
  return ours.map((line) => Number.parseInt(line, 10));
}
