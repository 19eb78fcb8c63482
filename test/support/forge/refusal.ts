import type { Answer } from './exchange.ts';

/** Ends a handler of REST with an answer that isn't its usual one. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`answer ${answer.status}`);
    this.answer = answer;
  }
}

/** What a handler answers, be it its usual answer or not. */
export function answerOf(handle: () => Answer): Answer {
  try {
    return handle();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}
