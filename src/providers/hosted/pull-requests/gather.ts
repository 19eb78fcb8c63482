/** Collects what a reading gives; where it fails, what it gave before, and the error. */
export async function gather<T>(reading: AsyncIterable<T>): Promise<{ read: T[]; error?: unknown }> {
  const read: T[] = [];
  try {
    for await (const item of reading) read.push(item);
    return { read };
  } catch (error) {
    return { read, error };
  }
}
