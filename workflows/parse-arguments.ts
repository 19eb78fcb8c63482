import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { z } from 'zod';
import { MAX_MESSAGE_BYTES } from '../src/model/bounds.ts';
import { clip } from '../src/model/clip.ts';
import { InvalidInput } from '../src/model/errors.ts';
import { describeProblems } from './describe-problems.ts';

/**
 * Parses the input of a workflow.
 * @param parse Throws InvalidInput if the input is invalid.
 * @throws ApplicationFailure, non-retryable, of type InvalidInput if the input is invalid.
 */
export function parseInput<Input>(parse: (raw: unknown) => Input, raw: unknown): Input {
  try {
    return parse(raw);
  } catch (error) {
    if (error instanceof InvalidInput) throw createInvalidInputFailure(error.message);
    throw error;
  }
}

/**
 * Parses the state that a run passes to the run it continues as.
 * @returns The state; undefined in the first run.
 * @throws ApplicationFailure, non-retryable, of type InvalidInput if the state is invalid or a client passed it.
 */
export function parseContinueAsNewState<State>(schema: z.ZodType<State>, raw: unknown): State | undefined {
  if (raw === undefined) return undefined;
  if (workflowInfo().continuedFromExecutionRunId === undefined) throw createInvalidInputFailure('input: must be one object, without further arguments');
  const { data, error } = schema.safeParse(raw);
  if (error === undefined) return data;
  throw createInvalidInputFailure(
    `this version can't read the state that the previous run passed on (${describeProblems(error, 'state').join('; ')}); start the workflow again with the same input`,
  );
}

function createInvalidInputFailure(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message: clip(message, MAX_MESSAGE_BYTES), type: 'InvalidInput', nonRetryable: true });
}
