import { defaultPayloadConverter, type WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;

/** Something in a workflow's history that the Web UI has a name for. */
export interface NamedEvent {
  summary: string;
  event: Event;
  /** Its place in the history, and that of the event which ended it; undefined while it's open. */
  at: number;
  endedAt: number | undefined;
}

/** Events that carry a summary, in their order. */
export async function namedEvents(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<NamedEvent[]> {
  const { events } = await handle.fetchHistory();
  const all = (events ?? []) as Event[];
  return all.flatMap((event, at) => {
    const summary = event.userMetadata?.summary;
    if (!summary) return [];
    const end = all.findIndex((other) => String(beginOf(other)) === String(event.eventId));
    return [{ summary: String(defaultPayloadConverter.fromPayload(summary)), event, at, endedAt: end === -1 ? undefined : end }];
  });
}

/** The event whose good end another one is. */
function beginOf({ timerFiredEventAttributes, activityTaskCompletedEventAttributes }: Event): unknown {
  return timerFiredEventAttributes?.startedEventId ?? activityTaskCompletedEventAttributes?.scheduledEventId;
}

/** Timers that wait for a limit. */
export async function limitTimers(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<NamedEvent[]> {
  return (await namedEvents(handle)).filter(({ summary }) => summary.startsWith('rate limit: '));
}
