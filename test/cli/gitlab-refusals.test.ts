import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { GITLAB } from './support/hosts.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

const { folder, refusal } = makeRefuser(tempFolder());
/** What must never be printed. */
const SECRET = 's3cretOfTheTests';
const token = { GITLAB_TOKEN: `glpat-${SECRET}` };

/** The one problem that is told before anything is begun. */
async function problem(env: Record<string, string>, ...args: string[]): Promise<string> {
  const stderr = await refusal(['sync', 'gitlab', 'acme', ...args], { env });
  expect(stderr).not.toContain(SECRET);
  return onlyProblem(stderr);
}

describe.concurrent('is told before anything is begun, by the name of the variable and without its value:', () => {
  it.each(['https://gitlab.example.com/api/v4', 'https://example.com/gitlab/api/v4/'])("the API's address in place of the pages': %s", async (GITLAB_URL) => {
    expect(await problem({ ...token, GITLAB_URL })).toBe(`GITLAB_URL: must be without /api/v4; ${GITLAB.write}`);
  });

  it('a deploy token, which can clone and not ask', async () => {
    expect(await problem({ GITLAB_TOKEN: `gldt-${SECRET}` })).toMatch(
      /^GITLAB_TOKEN is a deploy token, which can clone but not ask the API .* name the deploy token under 'git' in ORG_SYNC_CONNECTIONS\.$/,
    );
  });
});

it('--shared is for GitLab alone', async () => {
  expect(await refusal(['sync', 'github', 'acme', '--shared'], { env: { GITHUB_TOKEN: SECRET } })).toMatch(/^error: unknown option '--shared'/);
});

describe.concurrent('a named connection:', () => {
  const sound = { provider: 'gitlab', token: SECRET };
  const work = (name: string, entry: unknown): Record<string, string> => {
    writeFileSync(join(folder, name), JSON.stringify({ work: entry }));
    return { ORG_SYNC_CONNECTIONS: name };
  };
  const cases: [string, Record<string, string>, RegExp][] = [
    ['no token', work('none.json', { provider: 'gitlab' }), /: work\.token: .*expected string/],
    ['a deploy token for all', work('deploy.json', { ...sound, token: `gldt-${SECRET}` }), /^ORG_SYNC_CONNECTIONS \(connection 'work'\) is a deploy token/],
    ['a deploy token without its user', work('user.json', { ...sound, git: { token: SECRET } }), /: work\.git\.username: .*expected string/],
    [
      'a deploy token that is none',
      work('git.json', { ...sound, git: { username: 'x', token: `a\n${SECRET}` } }),
      /^ORG_SYNC_CONNECTIONS \(connection 'work'\) is not a token/,
    ],
    [
      "a deploy token's user of two lines",
      work('lines.json', { ...sound, git: { username: 'x\nhost=elsewhere.invalid', token: SECRET } }),
      /: work\.git\.username: must be a user name, without spaces and line breaks$/,
    ],
    [
      "the API's address in place of the pages'",
      work('api.json', { ...sound, url: 'https://gitlab.example.com/api/v4' }),
      /^ORG_SYNC_CONNECTIONS \(connection 'work'\): url: must be without \/api\/v4/,
    ],
  ];
  it.each(cases)('%s', async (_, env, expected) => {
    expect(await problem(env, '--connection', 'work')).toMatch(expected);
  });
});
