import { DISK_FULL, endedBySignal, GitError } from '../../git/error.ts';
import type { GitEnd } from '../../git/group.ts';
import type { ObjectFormat } from '../../git/repository.ts';
import { FatalError, RetryableError } from '../../model/errors.ts';

/** What git says of objects, refs or settings of its own folder that are missing or damaged. */
const DAMAGE =
  /bad (object|tree|ref|index|config|signature)|broken ref|unable to (find|read|unpack|parse|open (loose|object|pack))|could not (read|parse)|cannot (read|unpack|open pack)|missing|does not match|is corrupt|corrupt (loose|patch)|truncated|wrong index|too small|not a git repository|not a valid object|invalid object|unresolved delta|delta base|did not send all necessary objects|hash mismatch|non-monotonic|too short|bad file|not a tree|inflate|unknown (index|repository) |commit-graph/i;

/**
 * Whether an error of git means that the clone is damaged, so that recreating it helps. A repository that is damaged at
 * the host causes the same errors, so a clone should be recreated only once.
 */
export function meansDamage(error: unknown): error is GitError {
  return error instanceof GitError && DAMAGE.test(error.message);
}

/** A clone of ours is damaged; it is recreated within the run. */
export class DamagedClone extends RetryableError {
  override name = 'DamagedClone';
}

/** The clone uses another object format than the host: it has to be recreated. */
export class OtherObjectFormat extends RetryableError {
  override name = 'OtherObjectFormat';
  readonly format: ObjectFormat;

  constructor(message: string, format: ObjectFormat) {
    super(message);
    this.format = format;
  }
}

function isObjectFormat(format: string | undefined): format is ObjectFormat {
  return format === 'sha1' || format === 'sha256';
}

/** Curl's words for certificates that aren't trusted, of its several TLS libraries. */
const CERTIFICATE = /certificate|SSL peer|CAfile|no alternative .*name matches/i;
/** Words in which GitHub answers too many requests with 403; GitLab answers them with 429. */
const LIMIT = /rate limit|too many requests|abuse detection/i;
/** How long to wait for GitHub if it doesn't say. */
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
const LIMIT_MS = 60_000;
/** Messages about a pack that arrived damaged. */
const RECEIVED = /pack (has bad object at offset|is corrupted|signature mismatch|has junk)|early EOF/;
/** Messages about failures of the transfer, not of the clone. */
const TRANSFER =
  /unable to access|RPC failed|early EOF|hung up|disconnect|bad (line length|band)|protocol error|invalid server response|not valid: is this a git repository|expected '?(flush|packet|acknowledgments|wanted-refs)|pack (is corrupted|has bad object)|inflate|index-pack|fetch-pack|remote error|upload-pack|curl|HTTP\/?\d/i;

/**
 * Maps a failed fetch over HTTP to an error.
 * - FatalError: the host refuses (401, 403, 404, 451), answers under another address, or isn't trusted; the disk refuses.
 * - RetryableError: everything that the network or the host's servers may be to blame for.
 * - DamagedClone: everything else, because the clone itself is then suspect.
 * @param url Without credentials.
 * @param needs What a token needs to clone.
 */
export function fetchFailure(url: string, end: GitEnd, needs: string): Error {
  const { exitCode, stderr } = end;
  const { said, remote } = complaint(stderr);
  const told = remote === '' ? said : `${said} (it says: ${remote})`;
  const fatal = (text: string) => new FatalError(`${url}: ${text}`);
  const retryable = (text: string, retryAt?: Date) => new RetryableError(`${url}: ${text}`, retryAt === undefined ? {} : { retryAt });
  const stopped = endedBySignal('fetch', end);
  if (stopped !== undefined) return stopped;
  if (DISK_FULL.test(stderr)) return retryable(`the disk of ORG_SYNC_HOME is full: ${told}`);
  if (/Out of memory|malloc failed|unable to create thread|Resource temporarily unavailable/i.test(said)) return retryable(`git needs more memory: ${told}`);
  if (/Permission denied|Read-only file system/i.test(said)) return fatal(`git can't write into ORG_SYNC_HOME: ${told}`);

  const { host } = new URL(url);
  if (/could not read (Username|Password) for /.test(said) && !said.includes(host))
    return fatal(`a proxy wants a password: ${told}; put it into the URL of HTTPS_PROXY`);
  const status = statusOf(said);
  if (status === 429 || (status === 403 && LIMIT.test(remote)))
    return retryable(`the host accepts no more requests now: ${told}`, new Date(Date.now() + LIMIT_MS));
  if (status === 407) return fatal(`a proxy refuses: ${told}; check the password in the URL of HTTPS_PROXY`);
  if (status === 401) return fatal(`the host refuses the token: ${told}; check that it hasn't expired and has ${needs}`);
  if (status === 403 && /disabled|blocked|suspended|unavailable|terms of service/i.test(remote)) return fatal(`the host does not serve it: ${remote}`);
  if (status === 403) return fatal(`the token can't read its contents: ${told}; give it ${needs}`);
  if (status === 404) return fatal(`the host has no such repository, or the token can't access it: ${told}; it needs ${needs}`);
  if (status === 451 || status === 410) return fatal(`the host does not serve it (${status}): ${remote || said}`);
  if (status !== undefined && status >= 300 && status < 400) {
    return fatal(
      `the host redirects (${status}), as it does where a repository was renamed or moved; redirects aren't followed, start the sync again to list it under its new name`,
    );
  }
  if (/unable to access/.test(said) && CERTIFICATE.test(said)) {
    return fatal(`the certificate of ${host} isn't trusted: ${told}; NODE_EXTRA_CA_CERTS names a file with another authority`);
  }
  if (/transport '.*' not allowed/.test(said)) return fatal(`only https is used: ${told}`);
  const [, format] = /mismatched algorithms: client \w+; server (\w+)/.exec(said) ?? [];
  if (isObjectFormat(format)) return new OtherObjectFormat(`${url}: its objects are named by ${format}, and those of its clone are not`, format);
  if (format !== undefined) return fatal(`its objects are named by ${format}, which is not supported: ${told}`);
  if (status !== undefined) return retryable(`the host failed (${status}): ${told}`);
  if (!/unable to access|RPC failed/.test(said) && !RECEIVED.test(said) && DAMAGE.test(said)) return new DamagedClone(`${url}: its clone is damaged: ${told}`);
  if (TRANSFER.test(stderr)) return retryable(`git fetch failed: ${told}`);
  return new DamagedClone(`${url}: git fetch failed (exit code ${exitCode}): ${told}`);
}

/** Whether a fetch failed because the host rejected the token. */
export function isTokenRefused({ exitCode, stderr }: GitEnd): boolean {
  return exitCode !== 0 && /Authentication failed/.test(complaint(stderr).said);
}

/** HTTP status, from the messages of git's http.c and remote-curl.c. */
function statusOf(said: string): number | undefined {
  if (/Authentication failed|could not read (Username|Password)/.test(said)) return 401;
  if (/repository '.*' not found/.test(said)) return 404;
  const status = /requested URL returned error: (\d{3})|RPC failed; HTTP (\d{3})|HTTP code (407)/.exec(said);
  return status === null ? undefined : Number(status[1] ?? status[2] ?? status[3]);
}

/** Maximum characters of a message that are passed on. */
const TOLD_LIMIT = 600;

/** Git's own message and the host's, each on one line. Progress lines end with carriage returns. */
function complaint(stderr: string): { said: string; remote: string } {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim());
  const from = (prefix: RegExp) => [...new Set(lines.filter((line) => prefix.test(line)))];
  const said = from(/^(fatal|error|warning|BUG):/);
  const remote = from(/^remote: /)
    .map((line) => line.slice('remote: '.length).trim())
    .filter((line) => line !== '' && !/^(Enumerating|Counting|Compressing|Total) /.test(line));
  const text = (parts: string[]) => parts.join('; ').slice(0, TOLD_LIMIT);
  return { said: text(said.length > 0 ? said : lines.filter((line) => line !== '').slice(-3)) || 'no message', remote: text(remote) };
}
