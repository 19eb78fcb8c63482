import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './run.ts';

/** Root of the project. */
export const ROOT = join(import.meta.dirname, '..', '..');

const SOURCES = ['src', 'activities', 'workflows', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
/** What a build writes last. */
const BUILT = join(ROOT, 'dist', 'workflow-bundle.js');

/** Builds the command where there is no build, or one older than its sources: what is measured is what users run. */
export async function ensureBuild(signal: AbortSignal): Promise<void> {
  const built = existsSync(BUILT) ? statSync(BUILT).mtimeMs : 0;
  const newest = Math.max(...SOURCES.flatMap(filesOf).map((file) => statSync(file).mtimeMs));
  if (built < newest) await start('npm', ['run', 'build'], { cwd: ROOT, signal }).ended;
}

function filesOf(name: string): string[] {
  const path = join(ROOT, name);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(path, file));
}
