const encoder = new TextEncoder();

/** The beginning of a text, cut between characters so that it takes no more than so many bytes of UTF-8. */
export function clip(text: string, bytes: number): string {
  if (encoder.encode(text).length <= bytes) return text;
  let kept = '';
  let left = bytes - ELLIPSIS_BYTES;
  for (const character of text) {
    left -= encoder.encode(character).length;
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

const ELLIPSIS_BYTES = 3;
