import { text } from './plain.ts';

export interface Person {
  name: string;
  email: string;
  when: Date | null;
}

export interface CommitObject {
  /** As the object has them, whether they are there or not. */
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

/** Reads a raw commit object; its text counts as UTF-8. */
export function parseCommit(body: Buffer): CommitObject & { encoding: string } {
  const blank = body.indexOf('\n\n');
  const header = blank < 0 ? body : body.subarray(0, blank);
  const message = blank < 0 ? Buffer.alloc(0) : body.subarray(blank + 2);
  // Continuation lines begin with a space and so never look like a header of their own.
  const fields = header
    .toString('latin1')
    .split('\n')
    .map((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? { key: line, value: '' } : { key: line.slice(0, space), value: line.slice(space + 1) };
    });
  const value = (key: string) => fields.find((field) => field.key === key)?.value ?? '';
  return {
    parents: fields.filter(({ key }) => key === 'parent').map((field) => field.value),
    author: parsePerson(value('author')),
    committer: parsePerson(value('committer')),
    message: text(message),
    encoding: value('encoding'),
  };
}

/**
 * `line` has a character a byte. The rules are those of git's split_ident_line: without an address in
 * brackets there is neither name nor e-mail; the time is what follows the last bracket, if a zone follows it.
 * Beyond git, times may be negative; the years 0 to 9999 are stored.
 */
function parsePerson(line: string): Person {
  const parts = /^([^<]*)<([^>]*)>/.exec(line);
  if (parts === null) return { name: '', email: '', when: null };
  const [, name = '', email = ''] = parts;
  const decode = (part: string) => text(Buffer.from(part, 'latin1'));
  const seconds = /^[ \t\r]*(-?\d+)[ \t\r]*[+-]\d/.exec(line.slice(line.lastIndexOf('>') + 1))?.[1];
  const when = new Date(seconds === undefined ? Number.NaN : Number(seconds) * 1000);
  return {
    name: decode(name.replace(/[ \t\r]+$/, '')),
    email: decode(email),
    when: when.getUTCFullYear() >= 0 && when.getUTCFullYear() <= 9999 ? when : null,
  };
}
