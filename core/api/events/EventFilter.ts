import { type EventType, eventTypes } from '../../message.ts';
import type { MovedReference } from '../../relay/movedText.ts';
import type { RelayedEvents } from '../../relayedEvents.ts';
import type { LiveEvent } from './EventPages.ts';

/** Left out: all. An event about several SKUs or places is told where one of them is asked for. */
export interface EventFilter {
  types?: readonly EventType[];
  skus?: readonly string[];
  locations?: readonly string[];
}

export interface EventMatch {
  /** False where none of its events can be wanted: then they are not even made. */
  mayHave(record: Pick<RelayedEvents, 'topic' | 'body'>): boolean;
  has(event: LiveEvent): boolean;
}

export function eventMatch({ types = eventTypes, skus, locations }: EventFilter): EventMatch {
  const topics = new Set<string>(types);
  const ofSku = skus && new Set(skus);
  const ofPlace = locations && new Set(locations);
  return {
    mayHave({ topic, body }) {
      if (!topics.has(topic)) return false;
      if (!ofSku || topic !== 'stock.changed.v1') return true;
      const { moved } = JSON.parse(body) as MovedReference;
      return moved.some(([sku]) => ofSku.has(sku));
    },
    has({ type, lines }) {
      if (!topics.has(type)) return false;
      if (ofSku && !lines.some(({ sku }) => ofSku.has(sku))) return false;
      return !ofPlace || lines.some(({ location = '' }) => ofPlace.has(location));
    },
  };
}
