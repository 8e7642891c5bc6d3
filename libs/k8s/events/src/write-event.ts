import type { Clock } from '@gibbon/contracts/services';
import { asApiError, type KubeClient } from '@gibbon/k8s-client';
import { eventPlace, EVENTS, newEvent, type Event, type EventSource } from './event.ts';
import type { Notice } from './notice.ts';
import type { Subject } from './subject.ts';

/** How a notice was told last. */
export interface Told {
  /** Of its Event. */
  readonly name: string;
  readonly count: number;
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** Whether its Event was made by that. */
  readonly isNew: boolean;
}

/** What {@link writeEvent} works with. */
export interface EventServices {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly source: EventSource;
}

/**
 * Tells a notice: by a new Event, or by one more count on the Event that it has, which a replica before this one may have
 * written. Rejects with an ApiError.
 */
export async function writeEvent(
  { notice, subject, told }: { readonly notice: Notice; readonly subject: Subject; readonly told: Told | null },
  services: EventServices,
): Promise<Told> {
  const { client, clock, source } = services;
  const place = eventPlace(notice, subject);
  const now = rfc3339(clock.now());
  const repeat = async (count: number | null): Promise<Told | null> => {
    const body = { lastTimestamp: now, ...(count === null ? {} : { count }) };
    const event = await orNull('GW_K8S_NOT_FOUND', client.patch<Event>(EVENTS, place, { type: 'merge', body }));
    return event === null ? null : { name: place.name, count: event.count, atMs: clock.monotonic(), isNew: false };
  };
  // An object that was made anew has Events of its own.
  const repeated = told?.name === place.name ? await repeat(told.count + 1) : null;
  if (repeated !== null) return repeated;
  const created = await orNull('GW_K8S_CONFLICT', client.create(EVENTS, newEvent(notice, subject, source, now)));
  if (created !== null) return { name: place.name, count: 1, atMs: clock.monotonic(), isNew: true };
  // It exists, and may vanish at this very moment: the next repetition makes it anew.
  return (await repeat(null)) ?? { name: place.name, count: 1, atMs: clock.monotonic(), isNew: false };
}

async function orNull<T>(code: string, request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    const failure = asApiError('event', error);
    if (failure.code === code) return null;
    throw failure;
  }
}

/** Times of Events have no fractions. */
function rfc3339(wallMs: number): string {
  return new Date(Math.floor(wallMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
