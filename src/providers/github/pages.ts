/** What Octokit gives of a numbered page. */
interface NumberedPage {
  data: readonly unknown[];
  headers: { link?: string | undefined };
}

/**
 * Whether another page follows one that was requested with `size` rows. A short page needn't be the last: rows that the
 * token may not see are removed afterwards. A full page counts as followed even without `Link`: proxies drop headers.
 * @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function hasMorePages({ data, headers }: NumberedPage, size: number): boolean {
  return data.length >= size || /;\s*rel="next"/.test(headers.link ?? '');
}
