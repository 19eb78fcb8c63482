/** Address of a relation of a Link header. */
export function linkOf(headers: Headers, rel: string): string | undefined {
  return new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1];
}
