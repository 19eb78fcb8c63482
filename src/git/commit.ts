import { decodeText } from './text.ts';

/** Who and when, as a commit object says it. */
export interface Identity {
  name: string;
  email: string;
  /** Null where the object holds no readable time. */
  when: Date | null;
}

/** What a commit object says. */
export interface Commit {
  author: Identity;
  committer: Identity;
  parents: string[];
  /** Everything after the header, including the final newline. */
  message: string;
}

/** A commit object, its text decoded as UTF-8. */
export interface ParsedCommit extends Commit {
  /** Whether its `encoding` header names something else: then git has to decode the text. */
  isEncoded: boolean;
}

/** What git's is_encoding_utf8 (utf8.c) takes for UTF-8. */
const UTF8 = /^(utf-?8)?$/i;

const NOBODY: Identity = { name: '', email: '', when: null };

/**
 * Reads the content of a commit object.
 * Format: https://git-scm.com/docs/git-commit-tree; damaged objects are read as far as git reads them.
 */
export function parseCommit(content: Buffer): ParsedCommit {
  const blank = content.indexOf('\n\n');
  const header = content.toString('latin1', 0, blank === -1 ? content.length : blank).split('\n');
  return {
    author: parseIdentity(headerValue(header, 'author ')),
    committer: parseIdentity(headerValue(header, 'committer ')),
    parents: header.filter((line) => line.startsWith('parent ')).map((line) => line.slice('parent '.length)),
    message: blank === -1 ? '' : decodeText(content.subarray(blank + 2)),
    isEncoded: !UTF8.test(headerValue(header, 'encoding ') ?? ''),
  };
}

/** The first header line with that name; continuation lines start with a space and never match. */
function headerValue(header: readonly string[], name: string): string | undefined {
  return header.find((line) => line.startsWith(name))?.slice(name.length);
}

/**
 * Splits 'Name <mail> 1700000000 +0100' where git's split_ident_line (ident.c) does: the name ends at the first '<', the
 * address at the first '>' after it, the time follows the last '>'.
 */
function parseIdentity(line: string | undefined): Identity {
  const open = line?.indexOf('<') ?? -1;
  const close = line?.indexOf('>', open) ?? -1;
  if (line === undefined || open === -1 || close === -1) return NOBODY;
  const decode = (text: string) => decodeText(Buffer.from(text, 'latin1'));
  return {
    name: decode(line.slice(0, open).replace(/[ \t\r]+$/, '')),
    email: decode(line.slice(open + 1, close)),
    when: parseTime(line.slice(line.lastIndexOf('>') + 1)),
  };
}

/**
 * Seconds since 1970 and, as git demands, a time zone. Git itself reads no times before 1970; objects do hold some,
 * as negative numbers. Times that a JavaScript date can't hold count as unreadable.
 */
function parseTime(text: string): Date | null {
  const seconds = /^[ \t\r]*(-?\d+)[ \t\r]*[+-]\d/.exec(text)?.[1];
  if (seconds === undefined) return null;
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? null : date;
}
