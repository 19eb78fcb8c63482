import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** A name of ours and the file that is said to hold it, as `name` in `path`, or a path alone. */
const NAME_IN_PATH = /`([\w.]+)`[^`]{0,20} in `((?:src|activities|workflows|test)\/[\w./-]+\.ts)`/g;
const PATH = /`((?:src|activities|workflows|test|docs)\/[\w./-]+)`/g;
const LINK = /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g;

test.each(['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md'])('%s names files, functions and pages that exist', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8');
  for (const [, path = ''] of text.matchAll(PATH)) expect(existsSync(join(ROOT, path)), path).toBe(true);
  for (const [, link = ''] of text.matchAll(LINK)) expect(existsSync(join(ROOT, document, '..', link)), link).toBe(true);
  for (const [, name, path = ''] of text.matchAll(NAME_IN_PATH))
    expect(readFileSync(join(ROOT, path), 'utf8'), `${name} in ${path}`).toMatch(new RegExp(`\\b${name}\\b`));
});
