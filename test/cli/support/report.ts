/** A row of the table of failures that a command prints. */
export interface Failure {
  repository: string;
  reason: string;
}

/** The rows of the table of failures, their lines joined again. */
export function failuresIn(stdout: string): Failure[] {
  const lines = stdout.slice(stdout.indexOf('│ failed')).split('\n');
  const failures: Failure[] = [];
  let fresh = false;
  for (const line of lines.slice(1)) {
    if (line.startsWith('├') || line.startsWith('└')) fresh = true;
    if (!line.startsWith('│')) continue;
    const [repository = '', reason = ''] = line
      .split('│')
      .slice(1, 3)
      .map((cell) => cell.trim());
    const last = failures.at(-1);
    if (fresh || last === undefined) failures.push({ repository, reason });
    else last.reason += ` ${reason}`;
    fresh = false;
  }
  return failures;
}

/** How many rows the table of rows tells, by the tables' names. */
export function rowsIn(stdout: string): Record<string, number> {
  return Object.fromEntries([...stdout.matchAll(/│ [\w-]+ +│ (git_\w+) +│ +(\d+) │/g)].map(([, table, count]) => [table, Number(count)]));
}
