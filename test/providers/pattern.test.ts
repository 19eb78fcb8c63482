import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../src/providers/pattern.ts';
import { selects } from '../../src/providers/select.ts';

const matches = (pattern: string, name: string) => matchesPattern(pattern)(name);

describe('a pattern', () => {
  it.each([
    ['chrisgeo/m*', 'chrisgeo/mergestat-syncs'],
    ['CHRISGEO/M*', 'chrisgeo/mergestat-syncs'],
    ['chrisgeo/m*', 'ChrisGeo/MergeStat'],
    ['*', ''],
    ['*', 'a/b/c'],
    ['**', 'a/b/c'],
    ['*/api', 'group/sub/api'],
    ['a?b', 'a/b'],
    ['a*', 'a/.hidden'],
    ['*', '.github'],
    ['?github', '.github'],
    ['acme/[ab]*', 'acme/api'],
    ['acme/[A-C]pi', 'acme/api'],
    ['acme/[!b]pi', 'acme/api'],
    ['a[!b]c', 'a/c'],
    ['a[/]c', 'a/c'],
    ['[]]', ']'],
    ['[!]]', 'a'],
    ['[a-]', '-'],
    ['[-a]', '-'],
    ['[[]', '['],
    ['[^a]', '^'],
    ['a[b', 'a[b'],
    ['a[', 'a['],
    ['[]', '[]'],
    ['[!]', '[!]'],
    ['{a,b}', '{a,b}'],
    ['(a|b)', '(a|b)'],
    ['+(a)', '+(a)'],
    ['!a', '!a'],
    ['a\\b', 'a\\b'],
    ['[\\]', '\\'],
    ['./a', './a'],
    ['a//b', 'a//b'],
    ['$a^.', '$a^.'],
    ['*é?', 'CAFÉ\u{1f600}'],
    ['[\u{1f600}-\u{1f610}]', '\u{1f605}'],
  ])('%j matches %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(true);
  });

  it.each([
    ['chrisgeo/m*', 'chrisgeo/api'],
    ['m*', 'chrisgeo/mergestat-syncs'],
    ['api', 'acme/api'],
    ['a', 'ab'],
    ['b', 'ab'],
    ['', 'a'],
    ['?', ''],
    ['{a,b}', 'a'],
    ['@(a|b)', 'a'],
    ['!a', 'b'],
    ['[!a]', 'a'],
    ['[^b]', 'a'],
    ['[z-a]', 'b'],
    ['a\\*', 'a*'],
    ['[ab]', 'ab'],
    ['a.i', 'api'],
    ['a\nb', 'a'],
  ])('%j does not match %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false);
  });

  it('takes no longer for being malicious', () => {
    expect(matches(`${'*a'.repeat(500)}*b`, 'a'.repeat(2_000))).toBe(false);
    expect(matches('['.repeat(5_000), 'a')).toBe(false);
  });

  it('is read as Python reads it, for many made by chance', () => {
    const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'fnmatch.json'), 'utf8')) as [string, string, boolean][];
    expect(cases.filter(([pattern, name, expected]) => matches(pattern, name) !== expected)).toEqual([]);
  });
});

describe('a selection', () => {
  const selected = (input: Parameters<typeof selects>[0]) => ['acme/api', 'Acme/Web', 'other/api', 'api', 'apis'].filter(selects(input));

  it('is everything unless something is asked for', () => {
    expect(selected({})).toHaveLength(5);
  });

  it('takes names in full, or bare for whichever owner, whatever their case', () => {
    expect(selected({ repos: ['acme/API'] })).toEqual(['acme/api']);
    expect(selected({ repos: ['API'] })).toEqual(['acme/api', 'other/api', 'api']);
    expect(selected({ repos: ['web', 'other/api'] })).toEqual(['Acme/Web', 'other/api']);
    expect(selected({ repos: ['acme', 'acme/', '/api', 'a*'] })).toEqual([]);
  });

  it('takes what both names and pattern allow', () => {
    expect(selected({ repos: ['api'], pattern: '*/*' })).toEqual(['acme/api', 'other/api']);
    expect(selected({ pattern: 'ACME/*' })).toEqual(['acme/api', 'Acme/Web']);
  });
});
