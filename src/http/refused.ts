import { AnswerTooLarge, HostRefusal } from './errors.ts';

/** Returns the response, or undefined if the service refused the request with one of these statuses. */
export async function undefinedIfRefused<T>(answer: Promise<T>, statuses: readonly number[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HostRefusal && statuses.includes(error.status)) return undefined;
    throw error;
  }
}

/** Returns the response, or null if it exceeds the size limit. */
export async function nullIfTooLarge<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AnswerTooLarge) return null;
    throw error;
  }
}
