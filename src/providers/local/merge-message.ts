/** What the message of a merge commit says of the pull or merge request that it merged. */
export interface MergeMessage {
  number: number;
  title: string;
  body: string | null;
  headBranch: string | null;
  baseBranch: string | null;
}

/** Numbers beyond this fit no database's integer and are no pull request's. */
const MAX_NUMBER = 2_147_483_647;

/** First lines of the messages that hosts write; the first form that matches counts. */
const HEADERS: readonly RegExp[] = [
  // Bitbucket Server and Data Center, up to version 6. The head of a fork follows the fork's name and a colon.
  /^Merge pull request #(?<number>\d+) in (?<log>\S+) from (?:[^\s:]+:)?(?<head>\S+) to (?<base>\S+)$/,
  // GitHub
  /^Merge pull request #(?<number>\d+)\b(?: from [^/\s]+\/(?<head>\S+))?/,
  // Azure DevOps
  /^Merged PR (?<number>\d+):(?<title>.*)$/,
  /^Merge pull request (?<number>\d+) from (?<head>\S+) into (?<base>\S+)$/,
  // Bitbucket Cloud
  /^Merged in (?<head>\S+) \(pull request #(?<number>\d+)\)$/,
  // Gitea and Forgejo
  /^Merge pull request '(?<title>.*)' \(#(?<number>\d+)\) from (?:[^\s:]+:)?(?<head>\S+) into (?<base>\S+)$/,
];

/** First line of a message of Bitbucket Server and Data Center from version 7 on; {@link BITBUCKET_BRANCHES} follows. */
const BITBUCKET_HEADER = /^Pull request #(?<number>\d+):(?<title>.*)$/;
const BITBUCKET_BRANCHES = /^Merge in \S+ from (?:[^\s:]+:)?(?<head>\S+) to (?<base>\S+)$/;

/** What stands above the subjects of the merged commits in the log that git adds to the message. */
const LOG_HEADINGS = /^\* .*:[^\S\n]*$\n?/gm;

/** GitLab's default template: the header (which projects may leave out or change) and the trailer. */
const GITLAB_HEADER = /^Merge branch '(?<head>\S+)' into '(?<base>\S+)'/;
const GITLAB_TRAILER = /^See merge request \S*!(?<number>\d+)\s*$/;
const TRAILER_START = 'See merge request ';

/**
 * Reads the messages that GitHub, GitLab, Bitbucket, Azure DevOps, Gitea and Forgejo write when they merge.
 * The header counts only on the first line, because titles and bodies quote messages of other merges.
 * @returns null for every other message.
 */
export function parseMergeMessage(message: string): MergeMessage | null {
  const { line, rest } = splitFirstLine(message);
  return parseHeader(line.trimEnd(), rest) ?? parseTrailer(message);
}

/**
 * The first line that isn't blank, and what follows it; both empty where there is none. A message may have millions of
 * lines: nothing here makes a list of them.
 */
export function splitFirstLine(text: string): { line: string; rest: string } {
  const at = text.search(/\S/);
  if (at < 0) return { line: '', rest: '' };
  const begin = text.lastIndexOf('\n', at) + 1;
  const end = text.indexOf('\n', at);
  return end < 0 ? { line: text.slice(begin), rest: '' } : { line: text.slice(begin, end), rest: text.slice(end + 1) };
}

function parseHeader(first: string, rest: string): MergeMessage | null {
  for (const header of HEADERS) {
    const groups = header.exec(first)?.groups;
    if (groups !== undefined) return toMessage(groups, groups['log'] === undefined ? rest : rest.replaceAll(LOG_HEADINGS, ''));
  }
  const groups = BITBUCKET_HEADER.exec(first)?.groups;
  if (groups === undefined) return null;
  const second = splitFirstLine(rest);
  const branches = BITBUCKET_BRANCHES.exec(second.line.trimEnd())?.groups;
  return branches === undefined ? null : toMessage({ ...groups, ...branches }, second.rest);
}

function parseTrailer(message: string): MergeMessage | null {
  for (let end = message.length; end > 0; ) {
    const at = message.lastIndexOf(TRAILER_START, end - 1);
    if (at < 0) return null;
    end = at;
    if (at > 0 && message[at - 1] !== '\n') continue;
    const newline = message.indexOf('\n', at);
    const after = newline < 0 ? message.length : newline + 1;
    const { number } = GITLAB_TRAILER.exec(message.slice(at, after))?.groups ?? {};
    if (number === undefined) continue;
    const others = message.slice(0, at) + message.slice(after);
    const { line, rest } = splitFirstLine(others);
    return toMessage({ ...GITLAB_HEADER.exec(line)?.groups, number }, line.startsWith('Merge branch ') ? rest : others);
  }
  return null;
}

/** @param text Begins with the title, unless the header has it, and goes on with the body. */
function toMessage({ number: digits, title, head, base }: Record<string, string | undefined>, text: string): MergeMessage | null {
  const number = Number(digits);
  if (number < 1 || number > MAX_NUMBER) return null;
  const { line, rest } = title === undefined ? splitFirstLine(text) : { line: title, rest: text };
  const body = rest.trim();
  return {
    number,
    title: line.trim(),
    body: body === '' ? null : body,
    headBranch: head ?? null,
    baseBranch: base ?? null,
  };
}

/** Number of the pull or merge request whose head a ref keeps; null for every other ref. */
export function requestOfRef(ref: string): number | null {
  const number = Number(/^refs\/(?:pull|merge-requests)\/(\d+)\/head$/.exec(ref)?.[1]);
  return number >= 1 && number <= MAX_NUMBER ? number : null;
}
