import { TextDecoder } from 'node:util';
/**
 * Bytes as the text that tables hold: UTF-8 with U+FFFD for what isn't, a byte order mark kept, NUL removed
 * (PostgreSQL can't hold it).
 * @param encoding What a commit's `encoding` header says; a name nobody knows counts as UTF-8, as git does.
 */
export function decodeText(bytes: Buffer, encoding?: string): string {
  const text = encoding === undefined ? bytes.toString('utf8') : decodeAs(bytes, encoding);
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

function decodeAs(bytes: Buffer, encoding: string): string {
  // WHATWG reads this label as windows-1252, git's iconv doesn't.
  if (/^(iso-?8859-?1|latin-?1)$/i.test(encoding)) return bytes.toString('latin1');
  const decoder = decoderFor(encoding);
  return decoder === undefined ? bytes.toString('utf8') : decoder.decode(bytes);
}

const decoders = new Map<string, TextDecoder | undefined>();

function decoderFor(encoding: string): TextDecoder | undefined {
  if (!decoders.has(encoding)) {
    let decoder: TextDecoder | undefined;
    try {
      decoder = new TextDecoder(encoding, { ignoreBOM: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    // Names come from commits: a repository can't fill the memory with made-up ones.
    if (decoders.size > 100) decoders.clear();
    decoders.set(encoding, decoder);
  }
  return decoders.get(encoding);
}

/** Whether bytes are valid UTF-8, which is all that Node can pass in an argument. */
export { isUtf8 } from 'node:buffer';
