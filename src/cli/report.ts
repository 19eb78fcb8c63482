import Table from 'cli-table3';
import { STAGE_TABLES } from '../../activities/stages/index.ts';
import type { OrgSyncResult } from '../model/progress.ts';
import type { Stage } from '../model/stages.ts';
import { printable } from '../printable.ts';

/** Characters in a line of a reason. */
const REASON_WIDTH = 88;

/**
 * What a run did, as tables to print: rows per stage, then the repositories that failed.
 * @param from What the repositories were looked for by: 'the paths'.
 */
export function report(result: OrgSyncResult, stages: readonly Stage[], from: string): string {
  const rows = new Table({ head: ['stage', 'table', 'rows'], colAligns: ['left', 'left', 'right'], style: { head: [], border: [] } });
  for (const stage of stages) {
    for (const table of STAGE_TABLES[stage]) rows.push([stage, table, result.rows[table] ?? 0]);
  }
  const { listed, done, failed } = result.repositories;
  const outcome = failed > 0 ? `, ${failed} failed` : listed > 0 && isNothing(result) ? '; nothing was new' : '';
  const parts = [rows.toString(), `${done} of ${listed} ${listed === 1 ? 'repository' : 'repositories'} synced${outcome}`];
  if (listed === 0) parts.push(`No repository was found: check ${from}, --repo and --pattern (a pattern is for the full name: acme/api-* or */api-*).`);
  if (failed > 0) {
    const failures = new Table({ head: ['failed', 'reason'], colWidths: [null, REASON_WIDTH + 2], wordWrap: true, style: { head: [], border: [] } });
    for (const { repository, reason } of result.failures) failures.push([printable(repository), breakWords(printable(reason))]);
    parts.push(failures.toString());
    const more = failed - result.failures.length;
    if (more > 0) parts.push(`and ${more} more; see sync_runs`);
  }
  return parts.join('\n');
}

function isNothing({ rows }: OrgSyncResult): boolean {
  return Object.values(rows).every((count) => count === 0);
}

/** A word that doesn't fit in a line, as a long path, would lose its end. */
function breakWords(text: string): string {
  return text.replaceAll(new RegExp(`\\S{${REASON_WIDTH}}(?=\\S)`, 'gu'), '$&\n');
}
