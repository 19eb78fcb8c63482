import { isGrpcServiceError } from '@temporalio/client';

/** gRPC status codes of a server that can't answer at the moment, https://grpc.io/docs/guides/status-codes/ */
const TRANSIENT_CODES: readonly number[] = [
  1, // CANCELLED: it has closed the connection
  2, // UNKNOWN
  4, // DEADLINE_EXCEEDED
  8, // RESOURCE_EXHAUSTED
  10, // ABORTED
  13, // INTERNAL
  14, // UNAVAILABLE
];

/** Whether a call failed because the server didn't answer, so that the same call may succeed later. */
export function isUnanswered(error: unknown): boolean {
  if (isGrpcServiceError(error)) return TRANSIENT_CODES.includes(error.code);
  return error instanceof Error && error.cause !== undefined && isUnanswered(error.cause);
}
