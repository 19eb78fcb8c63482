import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, test } from 'vitest';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { resumeStage } from '../../../activities/stage-progress.ts';
import { stageOf } from '../../../activities/stages/source-stage.ts';
import type { StageCursor, StageInput } from '../../../src/model/activities.ts';
import type { Provider } from '../../../src/model/providers.ts';
import type { Stage } from '../../../src/model/stages.ts';
import { sourcesOf } from '../../support/sources.ts';

const sources = await sourcesOf([]);

const HEAD = '97530940150042ac1150c37b978973dcd1a35d78';
const DIGEST = 'dd3953de7d4d27b886cfc32ca940bfb21a183d798f88b6fe9e6b4df72929a13b';
const LOCAL = { options: '[null,null,false]', digest: DIGEST };
const LISTED = { ...LOCAL, probe: 'p9hpqGeHvn1v_fLoydbQQ4' };
const SELECTION = { tips: [HEAD], since: null, maxCommits: null, shallow: '' };

/** `sync_state.cursor` as version 0.1.0 wrote it. */
const SAVED: [Provider, Stage, Record<string, unknown>][] = [
  ['local', 'commits', { ...LOCAL, ...SELECTION }],
  ['local', 'pull-requests', { ...LOCAL, ...SELECTION }],
  ['local', 'commit-stats', { ...LOCAL, ...SELECTION }],
  ['local', 'files-and-blame', { ...LOCAL, shallow: '' }],
  ['github', 'commits', { ...LISTED, ...SELECTION, tips: [] }],
  ['github', 'pull-requests', { options: '[null,null,false]', probe: 'nPs75Px-V4LmSD5EoX-r4K', boundary: '2024-06-01T00:00:00.001Z' }],
  ['github', 'pull-requests', { options: '[null,null,false]', boundary: null }],
  ['github', 'commit-stats', { ...LISTED, ...SELECTION, since: '2026-01-01', maxCommits: 7 }],
  ['github', 'files-and-blame', { ...LISTED, shallow: HEAD }],
  ['gitlab', 'pull-requests', { options: '[null,null,false]', probe: 'off', boundary: null, partial: false }],
  ['gitlab', 'pull-requests', { options: '[null,null,false]', boundary: '2020-01-01T00:00:00.001Z', partial: true }],
  // After a run that didn't complete.
  ['local', 'commits', { ...LOCAL, ...SELECTION, unfinishedTips: [HEAD] }],
  ['gitlab', 'files-and-blame', { ...LISTED, shallow: null, unfinishedTips: [] }],
];

/** `cursor` of a heartbeat as version 0.1.0 left it. */
const POSITIONS: [Provider, Stage, Record<string, unknown>][] = [
  ['local', 'commits', { position: 1_000, incremental: false }],
  ['github', 'commit-stats', { position: 30, incremental: true }],
  ['gitlab', 'files-and-blame', { position: 1, incremental: false }],
  [
    'github',
    'pull-requests',
    {
      ...{ api: 'graphql', everything: true, boundary: null, newest: '2024-06-01T00:00:00.000Z', begun: '2026-12-01T17:34:33.803Z' },
      ...{ after: 'Y3Vyc29yOnYyOlsiMjAyMy0wMi0xMlQxNzozNDo0MVoiLDEwMDAwMDcxXQ==', done: 25, total: 33 },
    },
  ],
  [
    'gitlab',
    'pull-requests',
    { everything: true, after: '2020-01-01T00:00:00.000Z', ties: [2, 3, 4], begun: '2026-12-01T17:40:56.897Z', done: 3, partial: true },
  ],
];

const stored = (cursor: Record<string, unknown>) => ({ cursor, headHash: HEAD, watermark: new Date(0), token: 0 });

/** Wrong in one field each. */
const damaged = (cursor: Record<string, unknown>) => Object.keys(cursor).map((key) => ({ ...cursor, [key]: { damaged: true } }));

describe.each(SAVED)('a cursor that 0.1.0 saved (%s, %s: %j)', (provider, name, cursor) => {
  const stage = stageOf(name, sources[provider]);

  it('is version 1 and is continued from', () => {
    const state = stage.parseState(stored(cursor));
    expect({ ...state?.fingerprint, ...state?.own }).toEqual(cursor);
    expect(stage.parseState(stored({ version: 1, ...cursor }))?.own).toEqual(state?.own);
  });

  it('is not continued from with an unknown version, a wrong type, or without a required field', () => {
    for (const version of [0, 2, '1', null]) expect(stage.parseState(stored({ version, ...cursor }))).toBeNull();
    for (const each of damaged(cursor)) expect(stage.parseState(stored(each))).toBeNull();
    expect(stage.parseState(stored({}))).toBeNull();
    expect(stage.parseState(null)).toBeNull();
  });
});

/** Where an attempt of a stage starts that finds a heartbeat. */
function resume(stage: Stage, provider: Provider, heartbeatDetails: unknown, from?: StageCursor): Promise<StageCursor> {
  const input = { pin: { databaseId: 'db', head: HEAD, digest: DIGEST }, ...(from && { from }) } as StageInput;
  const deps = { store: { databaseId: 'db' } } as ActivityDeps;
  const environment = new MockActivityEnvironment({ attempt: 3, heartbeatDetails, scheduledTimestampMs: 0 });
  return environment.run(async () => resumeStage(deps, stageOf(stage, sources[provider]), input));
}

const heartbeatOf = (stage: Stage, cursor: Record<string, unknown>): StageCursor => ({
  ...{ stage, pin: { databaseId: 'db', head: HEAD, digest: DIGEST }, begun: '2026-12-01T17:33:41.778Z', cursor },
  ...{ rows: { git_refs: 1, git_pull_requests: 25 }, attempt: 2, done: 25, total: 33 },
});

describe.each(POSITIONS)('a position that 0.1.0 left (%s, %s)', (provider, name, cursor) => {
  it('is resumed from, from a heartbeat and from an input', async () => {
    const heartbeat = heartbeatOf(name, cursor);
    expect(await resume(name, provider, heartbeat)).toEqual(heartbeat);
    expect(await resume(name, provider, undefined, heartbeat)).toEqual({ ...heartbeat, attempt: 0 });
    expect(stageOf(name, sources[provider]).parsePosition(undefined, cursor)).toMatchObject(cursor);
  });

  it('starts the stage over with an unknown version or a wrong type, and keeps count of the attempts', async () => {
    const over = { cursor: {}, rows: {}, done: 0, begun: '1970-01-01T00:00:00.000Z', attempt: 2 };
    expect(await resume(name, provider, { ...heartbeatOf(name, cursor), version: 2 })).toMatchObject(over);
    for (const each of damaged(cursor).filter((each) => !('after' in each && typeof each['after'] === 'object' && provider === 'github')))
      expect(await resume(name, provider, heartbeatOf(name, each))).toMatchObject(over);
  });
});

test('a heartbeat that is none starts the stage over', async () => {
  for (const details of [undefined, null, 'x', 7, [], {}, { stage: 'commits' }, { ...heartbeatOf('commits', {}), rows: { nothing: 1 } }])
    expect(await resume('commits', 'local', details)).toMatchObject({ stage: 'commits', version: 1, cursor: {}, attempt: 0 });
});

test('a stage does not continue from what another source saved', () => {
  for (const [one, other] of [
    ['local', 'github'],
    ['github', 'local'],
    ['local', 'gitlab'],
    ['gitlab', 'local'],
  ] as const) {
    const [, , cursor = {}] = SAVED.find(([provider, stage]) => provider === one && stage === 'pull-requests') ?? [];
    expect(stageOf('pull-requests', sources[other]).parseState(stored(cursor))).toBeNull();
  }
});
