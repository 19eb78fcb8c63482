import { inspect } from 'node:util';
import { expect } from 'vitest';

/** What a promise fails with, once it is known to show none of the secrets, however it is printed. */
export async function failureWithout(secrets: readonly string[], promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    (value) => {
      throw new Error(`it didn't fail, and gave ${inspect(value)}`);
    },
    (reason: unknown) => reason,
  );
  for (let current = error; current instanceof Error; current = current.cause) {
    const shown = [inspect(current, { depth: 10, showHidden: true }), String(current), current.stack ?? '', JSON.stringify(current)].join('\n');
    for (const secret of secrets) expect(shown).not.toContain(secret);
  }
  return error;
}
