import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

const parent = tempFolder();
const { folder, refusal } = makeRefuser(parent);
const problem = async (...paths: string[]) => onlyProblem(await refusal(['sync', 'local', ...paths]));
const at = (name: string) => join(folder, name);

mkdirSync(at('plain/below'), { recursive: true });
writeFileSync(at('plain/file.txt'), '');
writeFileSync(at('file.txt'), '');
symlinkSync('missing', at('dangling'));
symlinkSync('circle', at('circle'));
git(at('good'), ['clone', '--quiet', '--bare', '.', at('bare.git')]);

describe.concurrent('a path is refused, with what is wrong about it,', () => {
  it.each([
    ['missing', "missing: doesn't exist; check the path"],
    ['/nowhere/at/all', "/nowhere/at/all: doesn't exist; check the path"],
    ['dangling', "dangling: doesn't exist; check the path"],
    ['circle', 'circle: its links lead in a circle'],
    ['plain', 'plain is no git repository and holds none; name a work tree, a bare repository or a folder with some below it'],
    ['file.txt', 'file.txt: is a file, not a folder'],
    ['file.txt/x', 'file.txt/x: a part of it is a file, not a folder'],
    ['good/sub/folder/file.txt', 'good/sub/folder/file.txt: is a file, not a folder'],
    [' ', " : doesn't exist; check the path"],
    ['--', "missing required argument 'path'"],
  ])('as %s', async (path, expected) => {
    if (path === '--') expect(await refusal(['sync', 'local', '--'])).toContain(expected);
    else expect(await problem(path)).toBe(path === ' ' ? 'paths.0: must not be empty (given: " ")' : `paths: ${expected}`);
  });

  it.each(['good/sub', 'good/sub/folder/', 'good/../good/sub'])('as it lies inside a repository, which is named: %s', async (path) => {
    expect(await problem(path)).toBe(`paths: ${path} lies inside the repository ${at('good')} and is none itself; name that one`);
  });

  it('as it lies inside a bare repository, which is named', async () => {
    expect(await problem('bare.git/refs')).toContain(`lies inside the repository ${at('bare.git')} and is none itself`);
  });

  it('each of several, while the sound ones are passed over', async () => {
    const lines = (await refusal(['sync', 'local', 'missing', 'good', 'plain', 'file.txt'])).trimEnd().split('\n');
    expect(lines.map((line) => line.split(/[: ]+/)[2])).toEqual(['missing', 'plain', 'file.txt']);
  });
});

describe.runIf(process.getuid?.() === 0)('somebody without the right to read', () => {
  const uid = 65534;

  it('is told that the folder, or what is below it, is not readable', async () => {
    chmodSync(parent, 0o777);
    mkdirSync(at('locked/repository/.git'), { recursive: true });
    chmodSync(at('locked'), 0o700);
    expect(onlyProblem(await refusal(['sync', 'local', 'locked'], { uid }))).toBe("paths: locked: the folder can't be read (EACCES)");
    expect(onlyProblem(await refusal(['sync', 'local', 'locked/repository'], { uid }))).toBe("paths: locked/repository: isn't readable; check its permissions");
  });
});
