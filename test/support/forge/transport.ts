import type { Answer, Delivery } from './exchange.ts';

/** What a fault does to the bytes of an answer, whichever forge gives it. */
export type TransportEffect =
  /** Closed before, or in the middle of the answer. */
  | { do: 'reset' }
  | { do: 'reset-in-body' }
  /** Sound status and headers; the body stops early: less than Content-Length says, or without the last chunk. */
  | { do: 'cut'; by: 'length' | 'chunked' }
  /** No answer ever. */
  | { do: 'hang' }
  | { do: 'slow'; milliseconds: number }
  /** git: bytes in the middle of the pack are others than were sent. */
  | { do: 'corrupt-pack' };

/** The answer of an effect that needs none to be worked out; undefined where it does. */
export function withoutAnswer(effect: { do: string } | undefined): Answer | undefined {
  return effect?.do === 'reset' || effect?.do === 'hang' ? { status: 0, delivery: effect.do } : undefined;
}

/** The answer of an effect that spoils one which was worked out; the answer itself where the effect is of another kind. */
export function spoilTransport(answer: Answer, effect: { do: string } | undefined): Answer {
  const transport = effect as TransportEffect | undefined;
  const cut = (delivery: Delivery): Answer => ({ ...answer, delivery });
  switch (transport?.do) {
    case 'reset-in-body':
      return cut('reset-in-body');
    case 'cut':
      return cut(transport.by === 'length' ? 'cut-length' : 'cut-chunked');
    case 'slow':
      return { ...answer, delay: transport.milliseconds };
    case 'corrupt-pack':
      return { ...answer, body: Buffer.isBuffer(answer.body) ? corrupt(answer.body) : answer.body };
    default:
      return answer;
  }
}

/** Spares the framing around the pack, so that only its checksums can tell. */
function corrupt(body: Buffer): Buffer {
  const start = body.indexOf('PACK');
  const copy = Buffer.from(body);
  if (start === -1) return copy;
  const middle = start + ((body.length - start) >> 1);
  for (let index = middle; index < Math.min(middle + 8, copy.length); index++) copy[index] = (copy[index] ?? 0) ^ 0xff;
  return copy;
}
