/** What Octokit gives of a numbered page. */
interface NumberedPage {
  data: readonly unknown[];
  headers: { link?: string | undefined };
}

/**
 * Whether another page follows one that was asked for with `size` rows. A short page needn't be the last: what the token
 * may not see is left out after rows were counted. A full one is followed where no `Link` says so: proxies drop headers.
 * @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function hasMorePages({ data, headers }: NumberedPage, size: number): boolean {
  return data.length >= size || /;\s*rel="next"/.test(headers.link ?? '');
}
