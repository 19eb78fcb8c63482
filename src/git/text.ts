/**
 * Decodes bytes as the text that tables hold: UTF-8 with U+FFFD for invalid bytes, a byte order mark kept, NUL removed
 * (PostgreSQL can't hold it).
 */
export function decodeText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Whether bytes are valid UTF-8, which is all that Node can pass in an argument. */
export { isUtf8 } from 'node:buffer';
