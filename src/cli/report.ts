import Table from 'cli-table3';
import { STAGE_TABLES } from '../../activities/stages/index.ts';
import type { OrgSyncInput } from '../model/input.ts';
import type { OrgSyncResult } from '../model/progress.ts';
import { orderedStages } from '../model/stages.ts';
import { printable } from '../printable.ts';

/** Width of the column with reasons, in characters. */
const REASON_WIDTH = 88;

/**
 * Formats the result of a run as tables: rows per stage, then the repositories that failed.
 * @param place Where the repositories were looked for: 'the paths'.
 */
export function formatReport(result: OrgSyncResult, input: OrgSyncInput, place: string): string {
  const rows = new Table({ head: ['stage', 'table', 'rows'], colAligns: ['left', 'left', 'right'], style: { head: [], border: [] } });
  for (const stage of orderedStages(input.stages)) {
    for (const table of STAGE_TABLES[stage]) rows.push([stage, table, result.rows[table] ?? 0]);
  }
  const { listed, done, failed } = result.repositories;
  const outcome = failed > 0 ? `, ${failed} failed` : listed > 0 && hasNoRows(result) ? '; nothing was new' : '';
  const parts = [rows.toString(), `${done} of ${listed} ${listed === 1 ? 'repository' : 'repositories'} synced${outcome}`];
  if (listed === 0) parts.push(explainNothingFound(input, place));
  if (failed > 0) {
    const failures = new Table({ head: ['failed', 'reason'], colWidths: [null, REASON_WIDTH + 2], wordWrap: true, style: { head: [], border: [] } });
    for (const { repository, reason } of result.failures) failures.push([printable(repository), breakWords(printable(reason))]);
    parts.push(failures.toString());
    const more = failed - result.failures.length;
    if (more > 0) parts.push(`and ${more} more; see the table sync_runs`);
  }
  return parts.join('\n');
}

function explainNothingFound({ pattern, includeForks, includeArchived }: OrgSyncInput, place: string): string {
  const excluding = [includeForks === false ? '--no-forks' : '', includeArchived === false ? '--no-archived' : ''].filter((option) => option !== '');
  const checks = [place, '--repo', ...excluding].join(', ');
  if (pattern === undefined) return `No repository was found: check ${checks}.`;
  return `No repository matches --pattern '${printable(pattern)}'. A pattern has to match the full name, as in acme/api-* or */api-*. Check also ${checks}.`;
}

function hasNoRows({ rows }: OrgSyncResult): boolean {
  return Object.values(rows).every((count) => count === 0);
}

/** Breaks words that don't fit into a line, such as long paths: the table would cut them off. */
function breakWords(text: string): string {
  return text.replaceAll(new RegExp(`\\S{${REASON_WIDTH}}(?=\\S)`, 'gu'), '$&\n');
}
