import type { Wait } from '../src/model/activities.ts';
import type { OrgSyncProgress, RowCounts, RunningRepository } from '../src/model/progress.ts';

/** Rows of the Web UI's details that list repositories: more would be too long to read. */
const LISTED = 20;

/** What the Web UI shows of a running `repoSync`, in Markdown. */
export function repositoryDetails(name: string, stage: RunningRepository['stage'] | 'paused' | 'done', rows: RowCounts, wait?: Wait): string {
  return [`**${escapeMarkdown(name)}**: ${stage}${waitOf(wait)}`, '', rowsTable(rows)].join('\n');
}

/** What the Web UI shows of a running `orgSync`, in Markdown. */
export function organisationDetails(progress: OrgSyncProgress, failures: readonly { repository: string; reason: string }[]): string {
  const { listed, running, done, failed } = progress.repositories;
  const lines = [`**${done}** done, **${failed}** failed, **${running}** running, of **${listed}** listed`];
  if (progress.pause !== undefined) lines.push('', `Paused: ${progress.pause.reason}${waitOf(progress.pause)}`);
  if (progress.running.length > 0) {
    lines.push('', '| repository | stage |', '| --- | --- |');
    for (const { repository, stage, pause } of progress.running.slice(0, LISTED)) lines.push(`| ${escapeMarkdown(repository)} | ${stage}${waitOf(pause)} |`);
  }
  if (failures.length > 0) {
    lines.push('', '| failed | reason |', '| --- | --- |');
    for (const { repository, reason } of failures.slice(0, LISTED)) lines.push(`| ${escapeMarkdown(repository)} | ${escapeMarkdown(reason)} |`);
  }
  lines.push('', rowsTable(progress.rows));
  return lines.join('\n');
}

function waitOf(wait: Partial<Wait> | undefined): string {
  return wait?.until === undefined ? '' : `, waits until ${wait.until}`;
}

function rowsTable(rows: RowCounts): string {
  const entries = Object.entries(rows);
  if (entries.length === 0) return '';
  return ['| table | rows |', '| --- | ---: |', ...entries.map(([table, count]) => `| ${table} | ${count} |`)].join('\n');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|]/g, '\\$&').replaceAll('\n', ' ');
}
