import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, it } from 'vitest';
import { createProgressView } from '../../src/cli/progress-view.ts';
import { formatReport } from '../../src/cli/report.ts';
import type { Snapshot } from '../../src/cli/watch.ts';
import { until } from '../support/runs.ts';
import { orgSync } from './support/org-sync.ts';

/** Sets the title of a terminal, by each way that there is, and turns the direction of writing. */
const HOSTILE = '\x1b]0;owned\x07\u009d0;owned\u009c\u202e';
const SHOWN = '\\x1b]0;owned\\x07\\x9d0;owned\\x9c\\u202e';

const snapshot: Snapshot = {
  progress: { repositories: { listed: 1, done: 0, failed: 0, running: 1 }, running: [], rows: {}, pause: { reason: `paused ${HOSTILE}` } },
  stages: [{ repository: `acme/${HOSTILE}`, stage: 'commits', done: 0, total: 0, error: `attempt 2: ${HOSTILE}` }],
};

function expectHarmless(text: string): void {
  for (const raw of ['\x1b', '\u009d', '\u202e']) expect(text).not.toContain(raw);
}

async function shownBy(isTTY: boolean): Promise<string> {
  let shown = '';
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 400, rows: 40 });
  stream.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const view = createProgressView(stream as unknown as WriteStream);
  view.show(snapshot);
  view.note(`said ${HOSTILE}`);
  // Bars are drawn some times a second.
  await until('it is drawn', () => shown.includes('attempt 2') && shown.includes('said'));
  view.end();
  return shown;
}

it.each([
  ['bars', true],
  ['lines', false],
])('what a host says reaches the terminal as text in %s', async (_, isTTY) => {
  const shown = await shownBy(isTTY);
  for (const text of [`paused ${SHOWN}`, `acme/${SHOWN}`, `attempt 2: ${SHOWN}`, `said ${SHOWN}`]) expect(shown).toContain(text);
  expectHarmless(shown.replaceAll('\x1b[', ''));
});

it('a report is text', () => {
  const failures = [{ repository: HOSTILE, reason: HOSTILE }];
  const text = formatReport(
    { repositories: { listed: 1, done: 0, failed: 1 }, rows: {}, failures },
    { provider: 'local', paths: ['/'], stages: ['commits'] },
    'the paths',
  );
  expect(text).toContain(SHOWN);
  expectHarmless(text);
});

it('words of the command line come back as text', async () => {
  for (const words of [[HOSTILE], ['up', `--${HOSTILE}`], ['sync', 'local', `/nonexistent/${HOSTILE}`]]) {
    const { stderr } = await orgSync(words);
    expect(stderr).toMatch(/error: .*\\x1b/);
    expectHarmless(stderr);
  }
});
