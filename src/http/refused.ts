import { AnswerTooLarge, HostRefusal } from './errors.ts';

/** An answer, or undefined where a service refuses the request with one of some statuses. */
export async function undefinedIfRefused<T>(answer: Promise<T>, statuses: readonly number[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HostRefusal && statuses.includes(error.status)) return undefined;
    throw error;
  }
}

/** An answer, or null where it's more than is read at once. */
export async function nullIfTooLarge<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AnswerTooLarge) return null;
    throw error;
  }
}
