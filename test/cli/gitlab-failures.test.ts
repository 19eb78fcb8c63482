import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { type Lab, startLab } from './support/gitlab.ts';
import { GITLAB } from './support/hosts.ts';
import { expectFewTries, listingFailure } from './support/listing-failures.ts';

const folder = tempFolder();
let lab: Lab;
beforeAll(async () => {
  lab = await startLab(join(folder, 'lab'), { projects: 2, mergeRequests: 2 });
  for (const group of lab.made.world.groups) group.visibility = 'private';
  for (const project of lab.made.world.projects) project.visibility = 'private';
});

/** How a sync fails whose run can't even list. */
const failure = (env: Record<string, string>, owner?: string) => listingFailure(folder, lab, env, owner);

describe.concurrent('a run that GitLab gives nothing to list fails at once, in one clear line:', () => {
  it.each(['nobody', 'acme/nothing'])('an owner that there is none of: %s', async (owner) => {
    expect(await failure({}, owner)).toEqual({
      code: 2,
      error: `owner: there is no group, user or project '${owner}' at ${lab.server.url} that the token can see`,
    });
  });

  it.each(['..', '../acme', 'acme/../..'])('an owner that would lead elsewhere: %s', async (owner) => {
    expect(await failure({}, owner)).toEqual({ code: 2, error: `owner: '${owner}' can't be the path of a group, user or project` });
  });

  it('a group of others, which GitLab keeps from them', async () => {
    expect(await failure({ GITLAB_TOKEN: lab.made.tokens.publicOnly })).toEqual({
      code: 2,
      error: `owner: there is no group, user or project 'acme' at ${lab.server.url} that the token can see`,
    });
  });

  it.each(['expired', 'revoked', 'made up'])('a token that is %s', async (what) => {
    const { tokens } = lab.made;
    const GITLAB_TOKEN = what === 'expired' ? tokens.expired : what === 'revoked' ? tokens.revoked : `glpat-${'x'.repeat(20)}`;
    const { code, error } = await failure({ GITLAB_TOKEN });
    expect(code).toBe(1);
    expect(error).toMatch(
      /^GITLAB_TOKEN is not accepted \(401\) by http:\S+ \(.*\): it may have expired or been revoked; make a new one with scope read_api\. /,
    );
    if (what !== 'made up') expect(error).toContain(`Token ${what === 'expired' ? 'is expired' : 'was revoked'}`);
  });

  it('a token that may clone, and not ask', async () => {
    const { code, error } = await failure({ GITLAB_TOKEN: lab.made.tokens.cloneOnly });
    expect(code).toBe(1);
    expect(error).toMatch(/^GitLab answered GET \/api\/v4\/groups\/acme\/projects with 403 \(The request requires higher privileges .*\)\. /);
    expect(error).toContain('Give the token in GITLAB_TOKEN the scopes read_api and read_repository');
  });

  it('an address of a page below GitLab', async () => {
    const GITLAB_URL = `${lab.server.url}/acme/platform`;
    const { code, error } = await failure({ GITLAB_URL });
    expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(/status 404 and no JSON/) });
    expect(error).toContain(`Check GITLAB_URL (${GITLAB_URL}): ${GITLAB.advice}`);
  });
});

it('none of them is tried again and again', () => {
  expectFewTries(lab);
});
