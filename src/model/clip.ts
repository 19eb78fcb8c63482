const encoder = new TextEncoder();

/** Cuts a text between characters so that it has at most `bytes` bytes of UTF-8, including the ellipsis. */
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
