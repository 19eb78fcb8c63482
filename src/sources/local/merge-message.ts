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

/**
 * Reads the messages that GitHub ('Merge pull request #12 from owner/branch') and GitLab ('Merge branch 'x' into 'y''
 * … 'See merge request group/project!12') write when they merge.
 * @returns null for every other message.
 */
export function parseMergeMessage(message: string): MergeMessage | null {
  const digits = (/^Merge pull request #(\d+)\b/m.exec(message) ?? /\bSee merge request\b.*!(\d+)\b/.exec(message))?.[1];
  const number = Number(digits);
  if (digits === undefined || number < 1 || number > MAX_NUMBER) return null;
  const lines = message.split('\n');
  const titleAt = lines.findIndex((line) => line.trim() !== '' && !/^\s*(Merge pull request #|Merge branch |See merge request)/.test(line));
  const body = lines
    .slice(titleAt + 1)
    .filter((line) => !line.trim().startsWith('See merge request'))
    .join('\n')
    .trim();
  const github = /^Merge pull request #\d+ from [^/\s]+\/(\S+)/m.exec(message);
  const gitlab = /^Merge branch '(.+?)' into '(.+?)'/m.exec(message);
  return {
    number,
    title: lines[titleAt]?.trim() ?? '',
    body: titleAt === -1 || body === '' ? null : body,
    headBranch: github?.[1] ?? gitlab?.[1] ?? null,
    baseBranch: gitlab?.[2] ?? null,
  };
}

/** Number of the pull or merge request whose head a ref keeps; null for every other ref. */
export function requestOfRef(ref: string): number | null {
  const number = Number(/^refs\/(?:pull|merge-requests)\/(\d+)\/head$/.exec(ref)?.[1]);
  return number >= 1 && number <= MAX_NUMBER ? number : null;
}
