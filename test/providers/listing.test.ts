import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitProgram } from '../../src/config.ts';
import type { OrgSyncInput } from '../../src/model/input.ts';
import type { RepositoryPage } from '../../src/model/repository.ts';
import { localSource } from '../../src/providers/local/source.ts';
import { initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder();
const never = new AbortController().signal;

/** All pages of a listing. */
async function pagesOf(source: ReturnType<typeof localSource>, input: Partial<OrgSyncInput> & { paths: string[] }): Promise<RepositoryPage[]> {
  const pages: RepositoryPage[] = [];
  for (let after: string | undefined; pages.length === 0 || after !== undefined; after = pages.at(-1)?.next) {
    pages.push(await source.list({ provider: 'local', ...input }, after, never));
  }
  return pages;
}

function setRemote(dir: string, url: string, remote = 'origin'): void {
  writeFileSync(join(dir, '.git/config'), `[core]\n\trepositoryFormatVersion = 0\n[remote "${remote}"]\n\turl = ${url}\n`);
}

describe('a listing of more than a page', () => {
  const many = join(folder, 'many');
  const TWINS = 205;
  const name = (index: number) => `r${String(index).padStart(4, '0')}`;
  initRepository(join(many, name(0)));
  for (let index = 1; index < TWINS; index++) cpSync(join(many, name(0)), join(many, name(index)), { recursive: true });
  setRemote(join(many, name(3)), 'https://github.com/acme/twin');
  setRemote(join(many, name(7)), 'git@github.com:Acme/Twin.git');
  setRemote(join(many, name(203)), 'ssh://git@github.com/acme/twin/');

  it.each(['one worker', 'another worker for each page'])(
    'holds each repository once, and refuses the clones of another, also on a later page: %s',
    async (workers) => {
      const one = localSource(gitProgram, async () => [folder]);
      const source =
        workers === 'one worker'
          ? one
          : { ...one, list: (...words: Parameters<typeof one.list>) => localSource(gitProgram, async () => [folder]).list(...words) };
      const pages = await pagesOf(source, { paths: [many] });
      expect(pages.map((page) => page.repositories.length + page.refused.length)).toEqual([200, TWINS - 200]);
      const listed = pages.flatMap((page) => page.repositories);
      expect(new Set(listed.map(({ path }) => path)).size).toBe(TWINS - 2);
      expect(new Set(listed.map(({ id }) => id)).size).toBe(TWINS - 2);
      const reason = `is the same repository (%s) as ${join(many, name(3))}, which is synced; sync one of the two`;
      expect(pages.flatMap((page) => page.refused)).toEqual([
        { name: join(many, name(7)), reason: reason.replace('%s', 'Acme/Twin') },
        { name: join(many, name(203)), reason: reason.replace('%s', 'acme/twin') },
      ]);
    },
  );

  it('counts as clones of each other just those that are asked for', async () => {
    const pages = await pagesOf(
      localSource(gitProgram, async () => [folder]),
      { paths: [many], repos: [name(1), 'acme/twin'], pattern: '*' },
    );
    expect(pages.flatMap((page) => page.repositories).map(({ path }) => path)).toEqual([join(many, name(1)), join(many, name(3))]);
  });
});

describe('a repository is known', () => {
  const source = localSource(gitProgram, async () => [folder]);
  const describeWith = async (config: string) => {
    const dir = join(folder, 'known', 'The Folder');
    mkdirSync(dir, { recursive: true });
    initRepository(dir);
    writeFileSync(join(dir, '.git/config'), `[core]\n\trepositoryFormatVersion = 0\n${config}`);
    return (await pagesOf(source, { paths: [dir] }))[0]?.repositories[0];
  };

  it('by origin, wherever it stands', async () => {
    const config =
      '[remote "fork"]\n\turl = https://github.com/me/api\n[remote "origin"]\n\turl = https://user:s3cret@github.com/Acme/API.git\n\turl = https://b\n';
    const known = await describeWith(config);
    expect(known).toMatchObject({ host: 'github.com', name: 'Acme/API', url: 'https://github.com/Acme/API' });
    expect(JSON.stringify(known)).not.toContain('s3cret');
  });

  it('by another remote where there is no origin', async () => {
    expect(await describeWith('[remote "up.stream"]\n\turl = git@gitlab.com:g/s/p.git\n')).toMatchObject({ host: 'gitlab.com', name: 'g/s/p' });
  });

  it.each([
    '',
    '[remote "origin"]\n\turl = ../api\n',
    '[remote "origin"]\n\turl = file:///srv/api\n',
    '[remote "origin"]\n\turl\n',
    '[remote "origin"]\n\turl =\n',
  ])('by its path with the configuration %j', async (config) => {
    expect(await describeWith(config)).toMatchObject({ host: '', name: 'The Folder', url: expect.stringMatching(/^file:\/\/\/.*The%20Folder$/) });
  });

  it('whatever its own configuration would have the remote replaced by, and included from', async () => {
    const more = join(folder, 'more');
    writeFileSync(more, '[remote "origin"]\n\turl = https://github.com/included/x\n');
    const config = `[include]\n\tpath = ${more}\n[url "https://evil.example/"]\n\tinsteadOf = https://github.com/\n[remote "origin"]\n\turl = https://github.com/acme/api\n`;
    expect(await describeWith(config)).toMatchObject({ host: 'github.com', name: 'acme/api' });
  });
});
