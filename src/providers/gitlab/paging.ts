/** Rows on a page at most. @see https://docs.gitlab.com/api/rest/#offset-based-pagination */
export const PAGE = 100;

/**
 * Rows on a page if {@link PAGE} of them exceed the size limit: a merge request's description may have
 * 1,048,576 characters, each of up to six bytes in JSON.
 */
export const FEW = 10;
