import { expect, it } from 'vitest';
import { clip } from '../../src/model/clip.ts';

it('keeps a text that fits, in bytes of UTF-8', () => {
  expect(clip('', 3)).toBe('');
  expect(clip('äöü', 6)).toBe('äöü');
});

it('cuts between characters and leaves room for the ellipsis', () => {
  expect(clip('abcdefgh', 7)).toBe('abcd…');
  expect(clip('äöüß', 7)).toBe('äö…');
  expect(clip('🚀🚀🚀', 11)).toBe('🚀🚀…');
  expect(clip('🚀🚀🚀', 10)).toBe('🚀…');
});
