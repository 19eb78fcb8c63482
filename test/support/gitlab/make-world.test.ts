import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../temp.ts';
import { expectedGitLabRows, visibleProjects } from './expected.ts';
import { makeGitLabWorld } from './make-world.ts';
import { projectPath } from './world.ts';

const folder = tempFolder();

function make(name: string, seed = 1) {
  mkdirSync(join(folder, name));
  return makeGitLabWorld({ folder: join(folder, name), subgroups: 5, projects: 60, mergeRequests: 1_500, seed });
}

describe('a made world', () => {
  it('has as much as was asked for, in a tree of groups', () => {
    const { world, tokens } = make('sized');
    const selection = { token: tokens.personal, group: 'acme' };
    const projects = visibleProjects(world, selection);
    expect(projects).toHaveLength(60);
    expect(new Set(projects.map((project) => projectPath(world, project).split('/').slice(0, -1).join('/'))).size).toBe(6);
    const rows = expectedGitLabRows(world, { ...selection, url: 'https://gitlab.example.org' });
    expect(rows.mergeRequests).toHaveLength(1_500);
    expect(new Set(rows.mergeRequests.map(({ repoId, number }) => `${repoId} ${number}`)).size).toBe(1_500);
    expect(visibleProjects(world, { ...selection, withShared: true })).toHaveLength(61);
    expect(visibleProjects(world, { token: tokens.personal, user: 'sync-user' })).toHaveLength(2);
  });

  it('is the same for the same seed, and another one for another', () => {
    const text = (name: string, seed?: number) => JSON.stringify(make(name, seed).world).replaceAll(join(folder, name), '');
    const first = text('first');
    expect(text('second')).toBe(first);
    expect(text('third', 2)).not.toBe(first);
  });
});
