import { version } from '../version.ts';

/** How org-sync calls itself to services: GitHub wants every client to have a name. */
export const USER_AGENT = `org-sync/${version()}`;
