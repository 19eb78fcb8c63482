import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

const { folder, refusal } = makeRefuser(tempFolder());
writeFileSync(join(folder, 'file'), '');
const problem = async (env: Record<string, string>) => onlyProblem(await refusal(['sync', 'local', 'good'], { env }));

describe.concurrent('a setting that makes no sense is named, and nothing is begun', () => {
  it.each<[Record<string, string>, string]>([
    [{ LOG_LEVEL: 'loud' }, "LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent, not 'loud'"],
    [{ TEMPORAL_TLS: 'yes' }, "TEMPORAL_TLS: must be one of true, false, not 'yes'"],
    [{ TEMPORAL_CLI: '/nowhere/temporal' }, "TEMPORAL_CLI: there is no file at '/nowhere/temporal'"],
    [{ TEMPORAL_CLI: '' }, 'TEMPORAL_CLI: must not be empty'],
    [{ TEMPORAL_ADDRESS: 'http://localhost:7233' }, "TEMPORAL_ADDRESS: 'http://localhost:7233' is not an address; write host:port, as in localhost:7233"],
    [{ TEMPORAL_ADDRESS: 'localhost:port' }, "TEMPORAL_ADDRESS: 'localhost:port' is not an address; write host:port, as in localhost:7233"],
    [{ TEMPORAL_TLS_CA: 'missing.pem' }, "TEMPORAL_TLS_CA: there is no file at 'missing.pem'"],
    [{ TEMPORAL_TLS_CERT: 'file' }, 'TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY: neither works without the other; set both'],
    [{ ORG_SYNC_HOME: '' }, 'ORG_SYNC_HOME: must not be empty'],
    [{ ORG_SYNC_HOME: 'file' }, 'ORG_SYNC_HOME: WORK/file is not a folder'],
    [{ ORG_SYNC_HOME: 'file/below' }, 'ORG_SYNC_HOME: WORK/file is not a folder'],
    [{ ORG_SYNC_HOME: '/proc/org-sync' }, "ORG_SYNC_HOME: /proc can't hold files"],
    [{ ORG_SYNC_CLONES_GB: 'much' }, 'ORG_SYNC_CLONES_GB: must be a number of gigabytes'],
    [{ ORG_SYNC_CLONES_GB: '0' }, 'ORG_SYNC_CLONES_GB: must be more than 0'],
  ])('%s', async (env, expected) => {
    expect(await problem(env)).toContain(expected.replace('WORK', folder));
  });

  it('all at once', async () => {
    const stderr = await refusal(['sync', 'local', 'good'], { env: { LOG_LEVEL: 'x', TEMPORAL_TLS: 'y', TEMPORAL_TLS_KEY: '/z', ORG_SYNC_HOME: '/proc' } });
    const names = stderr
      .trimEnd()
      .split('\n')
      .map((line) => /^error: (\w+)/.exec(line)?.[1]);
    expect(names).toEqual(['TEMPORAL_TLS', 'TEMPORAL_TLS_KEY', 'LOG_LEVEL', 'TEMPORAL_TLS_CERT', 'ORG_SYNC_HOME']);
  });

  it('folders that a worker may read and that are not there, as where no shell has replaced ~', async () => {
    const stderr = await refusal(['up'], { env: { ORG_SYNC_LOCAL_ROOTS: `${folder}:~/src:file` } });
    expect(stderr).toBe("error: ORG_SYNC_LOCAL_ROOTS: there is no folder at '~/src'\nerror: ORG_SYNC_LOCAL_ROOTS: there is no folder at 'file'\n");
  });

  it('a worker without a server to work for, and nothing else where a setting is set to nothing', async () => {
    const env = { GITHUB_APP_ID: '', GITLAB_TOKEN: ' ', ORG_SYNC_CLONES_GB: '' };
    expect(onlyProblem(await refusal(['worker'], { env }))).toMatch(/^TEMPORAL_ADDRESS: must be set .*'org-sync up' needs no server$/);
  });
});
