/** Text of an API as tables hold it: valid Unicode without NUL (PostgreSQL can't hold it). JSON can spell half a surrogate pair. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
