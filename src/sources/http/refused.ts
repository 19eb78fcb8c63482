import { HostRefusal } from './errors.ts';

/** An answer, or undefined where a service refuses the request with one of some statuses. */
export async function orRefused<T>(answer: Promise<T>, statuses: readonly number[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HostRefusal && statuses.includes(error.status)) return undefined;
    throw error;
  }
}
