import type { Wait } from '../src/model/activities.ts';
import type { FailedRepository, OrgSyncProgress, RowCounts, RunningRepository } from '../src/model/progress.ts';

/** Repositories listed in the Web UI's details. More would be too long to read. */
const MAX_LISTED = 20;

/** Formats what the Web UI shows of a running `repoSync`, as Markdown. */
export function formatRepositoryDetails(name: string, stage: RunningRepository['stage'] | 'paused' | 'done', rows: RowCounts, wait?: Wait): string {
  return [`**${escapeMarkdown(name)}**: ${stage}${formatWait(wait)}`, '', formatRows(rows)].join('\n');
}

/** Formats what the Web UI shows of a running `orgSync`, as Markdown. */
export function formatOwnerDetails(progress: OrgSyncProgress, failures: readonly FailedRepository[]): string {
  const { listed, running, done, failed } = progress.repositories;
  const lines = [`**${done}** done, **${failed}** failed, **${running}** running, of **${listed}** listed`];
  if (progress.pause !== undefined) lines.push('', `Paused: ${progress.pause.reason}${formatWait(progress.pause)}`);
  if (progress.running.length > 0) {
    lines.push('', '| repository | stage |', '| --- | --- |');
    for (const { repository, stage, pause } of progress.running.slice(0, MAX_LISTED))
      lines.push(`| ${escapeMarkdown(repository)} | ${stage}${formatWait(pause)} |`);
  }
  if (failures.length > 0) {
    lines.push('', '| failed | reason |', '| --- | --- |');
    for (const { repository, reason } of failures.slice(0, MAX_LISTED)) lines.push(`| ${escapeMarkdown(repository)} | ${escapeMarkdown(reason)} |`);
  }
  lines.push('', formatRows(progress.rows));
  return lines.join('\n');
}

function formatWait(wait: Partial<Wait> | undefined): string {
  return wait?.until === undefined ? '' : `, waits until ${wait.until}`;
}

function formatRows(rows: RowCounts): string {
  const entries = Object.entries(rows);
  if (entries.length === 0) return '';
  return ['| table | rows |', '| --- | ---: |', ...entries.map(([table, count]) => `| ${table} | ${count} |`)].join('\n');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|]/g, '\\$&').replaceAll('\n', ' ');
}
