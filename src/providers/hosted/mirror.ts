import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../files.ts';
import { askGit, type GitCommands, gitCommands } from '../../git/commands.ts';
import { GitError } from '../../git/error.ts';
import { type GitEnd, runGrouped, runGroupedToSuccess } from '../../git/group.ts';
import type { GitProgram } from '../../git/program.ts';
import type { ObjectFormat } from '../../git/repository.ts';
import { NotPrepared } from '../../model/errors.ts';
import { networkSettings } from './authorities.ts';
import { DamagedClone, fetchFailure, isTokenRefused, OtherObjectFormat } from './clone-failures.ts';
import { type Credentials, credentialSettings, credentialText, withoutPassword } from './credentials.ts';
import { isWhole, markBegun, markDamaged, markUsed, markWhole, namesIn } from './damage-mark.ts';

/** A clone of ours, and where it comes from. */
export interface MirrorOrigin {
  program: GitProgram;
  /** Bare repository of ours; created if it is missing. */
  gitDir: string;
  /** Over HTTP, without credentials: https://github.com/acme/api.git */
  url: string;
  /** Asked right before each git command that needs them. */
  credentials: () => Promise<Credentials>;
  /** Others after these were refused; undefined if there are none to be had. Absent where there never are. */
  otherCredentials?: (refused: Credentials) => Promise<Credentials | undefined>;
  /** What a token needs to clone, for messages: "the permission 'Contents: read'". */
  needs: string;
  signal: AbortSignal;
}

export interface MirrorRequest extends MirrorOrigin {
  /** Short name; null while there is none. */
  defaultBranch: string | null;
  /** Refs left out, as negative refspecs: '^refs/pull/*'. */
  excludedRefs: readonly string[];
}

/** More packs than this are joined: each has to be looked into for every object. */
const MANY_PACKS = 50;

/**
 * A transfer with fewer bytes a second for this many seconds has stalled. A host that is still gathering objects
 * sends its progress, which is little more.
 */
const STALLED = ['http.lowSpeedLimit=10', 'http.lowSpeedTime=60'];

/**
 * Makes a bare repository of ours equal to a code host's: all refs but those left out, HEAD at the default branch. Then
 * reads from it.
 *
 * A clone that was never ended, has lost a pack or is damaged otherwise is made anew, once within a call, also where
 * just `read` meets the damage. Objects that no ref reaches any more stay, for whoever reads from an earlier state.
 * Calls for one folder wait for each other, as an activity that timed out may still be ending when its next try begins.
 * @throws FatalError and RetryableError as `fetchFailure` tells; what `read` throws; the signal's reason after an abort,
 *   once no process is left.
 */
export async function updateMirror<T>(request: MirrorRequest, read: () => Promise<T>): Promise<T> {
  return inTurn(request.gitDir, () => updateOrRecreate(request, read));
}

/**
 * Brings commits that no ref leads to into a clone, as far as the host hands them out by their hashes. No ref is made for
 * them: nothing removes objects from a clone but making it anew.
 * @param hashes In full.
 * @throws FatalError and RetryableError as `fetchFailure` tells; NotPrepared if the clone is damaged, which is noted;
 *   the signal's reason after an abort, once no process is left.
 */
export async function fetchCommits(origin: MirrorOrigin, hashes: readonly string[]): Promise<void> {
  const { gitDir, signal } = origin;
  await inTurn(gitDir, async () => {
    try {
      for (let left = hashes, refused: string | undefined; left.length > 0; left = left.filter((hash) => hash !== refused)) {
        const end = await transfer(origin, left);
        if (end.exitCode === 0) break;
        // It names the first one that it doesn't hand out, and then nothing of the others comes.
        refused = REFUSED.exec(end.stderr)?.[1];
        if (refused === undefined || !left.includes(refused)) throw fetchFailure(origin.url, end, origin.needs);
      }
      if (await isWhole(gitDir)) await markWhole(gitDir);
    } catch (error) {
      await removeLeftovers(gitDir);
      signal.throwIfAborted();
      if (!(error instanceof DamagedClone)) throw error;
      await markDamaged(gitDir);
      throw new NotPrepared(error.message);
    }
  });
}

/** How git and hosts that allow less say that a commit isn't there, or isn't for the asking. */
const REFUSED = /(?:not our ref|unadvertised object) ([0-9a-f]{40,64})/;

async function inTurn<T>(gitDir: string, work: () => Promise<T>): Promise<T> {
  const call = (calls.get(gitDir) ?? Promise.resolve()).then(work);
  const ended = call.then(
    () => undefined,
    () => undefined,
  );
  calls.set(gitDir, ended);
  try {
    return await call;
  } finally {
    if (calls.get(gitDir) === ended) calls.delete(gitDir);
  }
}

/** The end of the last call for each folder. */
const calls = new Map<string, Promise<void>>();

async function updateOrRecreate<T>(request: MirrorRequest, read: () => Promise<T>): Promise<T> {
  const { gitDir, signal } = request;
  try {
    signal.throwIfAborted();
    try {
      if (await isWhole(gitDir)) return await updateAndRead(request, read);
    } catch (error) {
      signal.throwIfAborted();
      // Whatever git can't do with its own folder.
      if (!(error instanceof DamagedClone) && !(error instanceof GitError) && !(error instanceof OtherObjectFormat)) throw error;
    }
    return await recreateMirror(request, read);
  } catch (error) {
    // Git's complaint about being ended says nothing.
    signal.throwIfAborted();
    throw error;
  }
}

/** Only the host's answer tells how it names objects. */
async function recreateMirror<T>(request: MirrorRequest, read: () => Promise<T>): Promise<T> {
  const { gitDir } = request;
  await rm(gitDir, { recursive: true, force: true });
  try {
    return await updateAndRead(request, read);
  } catch (error) {
    if (!(error instanceof OtherObjectFormat)) throw error;
    await rm(gitDir, { recursive: true, force: true });
    return await updateAndRead(request, read, error.format);
  }
}

async function updateAndRead<T>(request: MirrorRequest, read: () => Promise<T>, format?: ObjectFormat): Promise<T> {
  const { program, gitDir, signal } = request;
  await mkdir(gitDir, { recursive: true });
  await removeLeftovers(gitDir);
  const objectFormat = format ?? (await formatOf(gitDir));
  // Made anew by `init`, also where they're damaged.
  for (const name of ['config', 'HEAD']) await rm(join(gitDir, name), { recursive: true, force: true });
  if (!(await isWhole(gitDir))) await markBegun(gitDir);
  // Before the download as well: it may take long.
  await markUsed(gitDir);
  const git = gitCommands(program, gitDir, signal);
  await askGit(git, 'init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, gitDir);
  try {
    await fetchRefs(request);
  } catch (error) {
    // What a process that was ended has begun may be large.
    await removeLeftovers(gitDir);
    throw error;
  }
  const branch = await branchOfHead(request, git);
  if (branch !== null) await askGit(git, `--git-dir=${gitDir}`, 'symbolic-ref', 'HEAD', branch);
  await tidy(request);
  const result = await read();
  await markWhole(gitDir);
  return result;
}

/** How a clone of ours names objects; where it's not known, as most hosts do. */
async function formatOf(gitDir: string): Promise<ObjectFormat> {
  return /objectformat\s*=\s*sha256/i.test((await readIfThere(join(gitDir, 'config'))) ?? '') ? 'sha256' : 'sha1';
}

async function fetchRefs(request: MirrorRequest): Promise<void> {
  const end = await transfer(request, ['+refs/*:refs/*', ...request.excludedRefs], ['--prune']);
  if (end.exitCode !== 0) throw fetchFailure(request.url, end, request.needs);
}

/**
 * The full name of the branch that HEAD has to name; null where none is known. The default branch may have been renamed
 * since it was listed, or have come since: without looking again the repository would seem to be empty.
 */
async function branchOfHead(request: MirrorRequest, git: GitCommands): Promise<string | null> {
  const listed = request.defaultBranch === null ? null : `refs/heads/${request.defaultBranch}`;
  const has = (...patterns: string[]) => askGit(git, `--git-dir=${request.gitDir}`, 'for-each-ref', '--count=1', '--format=%(refname)', ...patterns);
  if (listed !== null && (await has(listed)) === listed) return listed;
  if ((await has('refs/heads/')) === null) return listed;
  const end = await atHost(request, ['ls-remote', '--quiet', '--symref', '--', request.url, 'HEAD']);
  if (end.exitCode !== 0) throw fetchFailure(request.url, end, request.needs);
  // Nothing is said of a HEAD that names no commit.
  return /^ref: (refs\/heads\/.+)\tHEAD$/m.exec(end.stdout)?.[1] ?? listed;
}

async function transfer(origin: MirrorOrigin, refspecs: readonly string[], more: readonly string[] = []): Promise<GitEnd> {
  const options = ['--quiet', '--progress', ...more, '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-show-forced-updates'];
  return atHost(origin, ['fetch', ...options, '--no-recurse-submodules', '--', origin.url, ...refspecs]);
}

/** Runs a git command that asks the host. */
async function atHost(origin: MirrorOrigin, args: readonly string[]): Promise<GitEnd> {
  const given = await origin.credentials();
  const end = await atHostWith(given, origin, args);
  const others = isTokenRefused(end) ? await origin.otherCredentials?.(given) : undefined;
  return others === undefined ? end : atHostWith(others, origin, args);
}

async function atHostWith(given: Credentials, { program, gitDir, url, signal }: MirrorOrigin, args: readonly string[]): Promise<GitEnd> {
  const env = await networkSettings(program.network, gitDir);
  const end = await runGrouped({
    program,
    gitDir,
    args,
    // A file per object is slow to read and to remove.
    config: [...STALLED, ...credentialSettings(url), 'fetch.unpackLimit=1'],
    env: { ...env, GIT_ALLOW_PROTOCOL: url.startsWith('http://') ? 'http' : 'https' },
    secret: credentialText(given),
    signal,
  });
  // Whatever answers may repeat what it was sent.
  return { ...end, stderr: withoutPassword(end.stderr, given) };
}

/** Keeps refs in one file, and packs few. */
async function tidy({ program, gitDir, signal }: MirrorOrigin): Promise<void> {
  const refs = await readdir(join(gitDir, 'refs'), { recursive: true, withFileTypes: true });
  if (refs.some((entry) => entry.isFile())) await runGroupedToSuccess({ program, gitDir, args: ['pack-refs', '--all'], signal });
  const packs = (await readdir(join(gitDir, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'));
  // Rewrites the small ones, and loses no object, reachable or not.
  if (packs.length > MANY_PACKS) await runGroupedToSuccess({ program, gitDir, args: ['repack', '--geometric=2', '-d', '-q'], signal });
}

/** Removes what git processes leave that were killed: locks and halves of packs. */
async function removeLeftovers(gitDir: string): Promise<void> {
  const objects = join(gitDir, 'objects');
  const gone = (folder: string, pattern: RegExp) =>
    namesIn(folder).then((names) => names.filter((name) => pattern.test(name)).map((name) => join(folder, name)));
  const refs = await namesIn(join(gitDir, 'refs')).then((names) => (names.length === 0 ? [] : readdir(join(gitDir, 'refs'), { recursive: true })));
  const files = [
    ...(await gone(gitDir, /\.(lock|new)$/)),
    ...(await gone(objects, /^tmp_/)),
    ...(await gone(join(objects, 'pack'), /^(\.tmp-|tmp_)/)),
    ...(await gone(join(objects, 'info', 'commit-graphs'), /\.lock$|^tmp_/)),
    ...refs.filter((name) => name.endsWith('.lock')).map((name) => join(gitDir, 'refs', name)),
  ];
  for (const file of files) await rm(file, { recursive: true, force: true });
}
