const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"' };

/**
 * Decodes a path that git prints without `-z`: in double quotes with C escapes if it has special bytes.
 * Source: quote.c of git.
 */
export function unquotePath(printed: Buffer): Buffer {
  if (printed[0] !== 0x22) return printed;
  const text = printed
    .toString('latin1', 1, printed.length - 1)
    .replace(/\\([0-7]{3}|.)/gs, (_, code: string) => ESCAPES[code] ?? String.fromCharCode(Number.parseInt(code, 8)));
  return Buffer.from(text, 'latin1');
}

/** Encodes a path for `objects/info/alternates`: quoted, so that no byte has a special meaning. */
export function quotePath(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
