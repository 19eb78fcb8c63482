import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/**
 * Decodes what Temporal's default converter does, and anything else as undefined.
 *
 * The SDK decodes arguments of a workflow, signal or query before any code of ours sees them. An error there fails the
 * workflow task, which is retried forever. As undefined they reach the schema of their handler, which rejects them.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: <T>(payload: Payload): T => {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  },
};
