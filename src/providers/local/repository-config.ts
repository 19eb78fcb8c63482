import { join } from 'node:path';
import { readRegularFile } from '../../checked-files.ts';
import { GitError } from '../../git/error.ts';
import type { RepositoryFormat } from '../../git/overlay.ts';
import { gitText } from '../../git/process.ts';
import type { GitProgram } from '../../git/program.ts';
import { gitVersion } from '../../git/version.ts';
import { FatalError } from '../../model/errors.ts';

/** Bytes of a configuration; the largest ones have a section per branch. */
const CONFIG_LIMIT = 50_000_000;

/** Extensions of the format that change nothing of what is read here. */
const HARMLESS = new Set(['compatobjectformat', 'noop', 'noop-v1', 'partialclone', 'preciousobjects', 'relativeworktrees', 'worktreeconfig']);

/** The first git that reads refs kept as reftable. */
const REFTABLE_SINCE = [2, 45] as const;

/** What is read of a repository's configuration. */
export interface RepositoryConfig extends RepositoryFormat {
  /** Remotes in their order. */
  remotes: { name: string; url: string }[];
  /** Real path of the file; undefined if there is none. */
  path: string | undefined;
}

/**
 * Reads a repository's configuration file, and none that it includes.
 * @throws FatalError if it can't be read, or describes a format that isn't known here or to this machine's git.
 */
export async function readRepositoryConfig(program: GitProgram, commonDir: string): Promise<RepositoryConfig> {
  const name = join(commonDir, 'config');
  const file = await readRegularFile(name, CONFIG_LIMIT);
  const entries = file === undefined ? [] : await parse(program, file.content, name);
  const last = (key: string) => entries.findLast(([entry]) => entry === key)?.[1];
  const version = Number(last('core.repositoryformatversion') ?? 0);
  if (!(version <= 1)) throw new FatalError(`${name}: repository format version ${last('core.repositoryformatversion')} is not known; 0 and 1 are`);
  const extensions = entries.filter(([key]) => key.startsWith('extensions.')).map(([key]) => key.slice('extensions.'.length));
  const unknown = extensions.find((extension) => !HARMLESS.has(extension) && extension !== 'objectformat' && extension !== 'refstorage');
  // Git pays no attention to them in the older version of the format.
  if (unknown !== undefined && version === 1) throw new FatalError(`${name}: unknown repository extension found: ${unknown}`);
  const objectFormat = last('extensions.objectformat') ?? 'sha1';
  if (objectFormat !== 'sha1' && objectFormat !== 'sha256')
    throw new FatalError(`${name}: extensions.objectFormat: '${objectFormat}' is not known; sha1 and sha256 are`);
  return { objectFormat, refStorage: await refStorageOf(program, last('extensions.refstorage'), name), remotes: remotesOf(entries), path: file?.path };
}

async function refStorageOf(program: GitProgram, value: string | undefined, name: string): Promise<RepositoryConfig['refStorage']> {
  const storage = value?.toLowerCase() ?? 'files';
  if (storage === 'files') return storage;
  const [major = 0, minor = 0] = await gitVersion(program);
  const supported = major > REFTABLE_SINCE[0] || (major === REFTABLE_SINCE[0] && minor >= REFTABLE_SINCE[1]);
  if (storage === 'reftable' && supported) return storage;
  throw new FatalError(
    storage === 'reftable'
      ? `its refs are kept as reftable (extensions.refStorage in ${name}), which git ${major}.${minor} can't read; install git ${REFTABLE_SINCE.join('.')} or newer`
      : `${name}: extensions.refStorage: '${value}' is not known; files and reftable are`,
  );
}

function remotesOf(entries: readonly [key: string, value: string | undefined][]): RepositoryConfig['remotes'] {
  return entries.flatMap(([key, url]) => {
    const [, name] = /^remote\.(.*)\.url$/s.exec(key) ?? [];
    return name === undefined || url === undefined ? [] : [{ name, url }];
  });
}

/** Git parses what it is given on its standard input, and follows no includes then. */
async function parse(program: GitProgram, content: Buffer, name: string): Promise<[key: string, value: string | undefined][]> {
  try {
    const answer = await gitText({ program, gitDir: '/' }, ['config', '--file', '-', '--no-includes', '-z', '--list'], { input: [content] });
    return answer
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [, key = '', value] = /^([^\n]*)(?:\n(.*))?$/s.exec(entry) ?? [];
        return [key, value];
      });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new FatalError(error.message.replace('in standard input', `in file ${name}`));
  }
}
