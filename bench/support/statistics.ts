/** The middle of the values, and how far apart they lie. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Undefined where there are no values. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const least = sorted[0];
  const most = sorted.at(-1);
  if (upper === undefined || lower === undefined || least === undefined || most === undefined) return undefined;
  return { median: (lower + upper) / 2, least, most };
}
