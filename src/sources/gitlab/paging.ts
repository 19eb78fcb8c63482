/** Rows on a page at most. @see https://docs.gitlab.com/api/rest/#offset-based-pagination */
export const PAGE = 100;
