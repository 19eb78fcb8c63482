const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"' };

/**
 * A path as git prints it where it can't end it by NUL: in double quotes with C escapes when it has odd bytes.
 * Source: quote.c of git.
 */
export function unquotePath(printed: Buffer): Buffer {
  if (printed[0] !== 0x22) return printed;
  const text = printed
    .toString('latin1', 1, printed.length - 1)
    .replace(/\\([0-7]{3}|.)/gs, (_, code: string) => ESCAPES[code] ?? String.fromCharCode(Number.parseInt(code, 8)));
  return Buffer.from(text, 'latin1');
}

/** A path as git reads it in `objects/info/alternates`: quoted, so that no byte in it means anything else. */
export function quotePath(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
