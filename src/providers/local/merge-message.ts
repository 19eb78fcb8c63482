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
const LOG_HEADING = /^\* .*:$/;

/** GitLab's default template: the header (which projects may leave out or change) and the trailer. */
const GITLAB_HEADER = /^Merge branch '(?<head>\S+)' into '(?<base>\S+)'/;
const GITLAB_TRAILER = /^See merge request \S*!(?<number>\d+)\b/;

/**
 * Reads the messages that GitHub, GitLab, Bitbucket, Azure DevOps, Gitea and Forgejo write when they merge.
 * The header counts only on the first line, because titles and bodies quote messages of other merges.
 * @returns null for every other message.
 */
export function parseMergeMessage(message: string): MergeMessage | null {
  const lines = message.split('\n');
  const [first = '', ...rest] = lines.slice(Math.max(0, lines.findIndex(isText)));
  return parseHeader(first.trimEnd(), rest) ?? parseTrailer(first, rest);
}

function parseHeader(first: string, rest: readonly string[]): MergeMessage | null {
  for (const header of HEADERS) {
    const groups = header.exec(first)?.groups;
    if (groups !== undefined) return toMessage(groups, groups['log'] === undefined ? rest : rest.filter((line) => !LOG_HEADING.test(line.trimEnd())));
  }
  const groups = BITBUCKET_HEADER.exec(first)?.groups;
  const at = rest.findIndex(isText);
  const branches = BITBUCKET_BRANCHES.exec(rest[at]?.trimEnd() ?? '')?.groups;
  return groups === undefined || branches === undefined ? null : toMessage({ ...groups, ...branches }, rest.slice(at + 1));
}

function parseTrailer(first: string, rest: readonly string[]): MergeMessage | null {
  const lines = [first, ...rest];
  const at = lines.findLastIndex((line) => GITLAB_TRAILER.test(line));
  const { number } = GITLAB_TRAILER.exec(lines[at] ?? '')?.groups ?? {};
  if (number === undefined) return null;
  const others = lines.toSpliced(at, 1);
  return toMessage({ ...GITLAB_HEADER.exec(first)?.groups, number }, first.startsWith('Merge branch ') ? others.slice(1) : others);
}

/** @param lines Begin with the title, unless the header has it, and go on with the body. */
function toMessage({ number: digits, title, head, base }: Record<string, string | undefined>, lines: readonly string[]): MergeMessage | null {
  const number = Number(digits);
  if (number < 1 || number > MAX_NUMBER) return null;
  const [first = '', ...rest] = title === undefined ? lines.slice(Math.max(0, lines.findIndex(isText))) : [title, ...lines];
  const body = rest.join('\n').trim();
  return {
    number,
    title: first.trim(),
    body: body === '' ? null : body,
    headBranch: head ?? null,
    baseBranch: base ?? null,
  };
}

function isText(line: string): boolean {
  return line.trim() !== '';
}

/** Number of the pull or merge request whose head a ref keeps; null for every other ref. */
export function requestOfRef(ref: string): number | null {
  const number = Number(/^refs\/(?:pull|merge-requests)\/(\d+)\/head$/.exec(ref)?.[1]);
  return number >= 1 && number <= MAX_NUMBER ? number : null;
}
