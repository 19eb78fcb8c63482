/** The record that a stored row is. @param decoded What a property has in it for a value that isn't null. */
export function recordFrom<V>(stored: Record<string, V>, decoded: (property: string, value: V) => unknown): object {
  const entries = Object.entries(stored).map(([name, value]) => {
    const property = name.replaceAll(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
    return [property, value === null ? null : decoded(property, value)];
  });
  return Object.fromEntries(entries);
}
