import { BOUNDS, type Bounds } from '../../../src/http/service.ts';

/** Bounds of a client that repeats nothing: what a single failure means. */
export const ONCE: Bounds = { ...BOUNDS, retries: 0 };

/** Bounds of one that repeats as usual, without the waits in between. */
export const AT_ONCE: Bounds = { ...BOUNDS, firstWait: 0 };
