import { version } from '../../version.ts';

/** How org-sync calls itself to GitHub, which wants every client to have a name. */
export const USER_AGENT = `org-sync/${version()}`;
