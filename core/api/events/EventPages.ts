import { eventsOf } from '../../deliver/stockEvents.ts';
import { StockbusError } from '../../errors.ts';
import type { Envelope, EventType } from '../../message.ts';
import type { Books } from '../../ports.ts';
import { OutboxTexts } from '../../relay/movedText.ts';
import { type EventCursor, isWithoutText, type RelayedEvents } from '../../relayedEvents.ts';
import { tupleKey } from '../../tupleKey.ts';
import { streamBounds } from './bounds.ts';

/** An event with its number, made once for all who want it. */
export interface LiveEvent {
  number: number;
  type: EventType;
  /** What it is about; a line that is held anywhere in a pool has no place. */
  lines: readonly { sku: string; location?: string }[];
  envelope: Envelope<EventType>;
  /** The envelope as JSON. */
  json: string;
  /** The same for whoever may not read what stock is worth. */
  unvalued: string;
}

interface Kept {
  events: Promise<readonly LiveEvent[]>;
  characters: number;
}

/** Reads numbered events; those who read the same ones at the same time share the reading and the making. */
export class EventPages {
  readonly #store: Books;
  readonly #reading = new Map<string, Promise<RelayedEvents[]>>();
  /** By group and first number, the longest unused first. */
  readonly #made = new Map<string, Kept>();
  #characters = 0;

  constructor(store: Books) {
    this.#store = store;
  }

  /** Throws EVENTS_FORGOTTEN. */
  records(cursor: EventCursor): Promise<RelayedEvents[]> {
    const key = tupleKey(cursor.group, cursor.after);
    const asked = this.#reading.get(key);
    if (asked) return asked;
    const reading = this.#store
      .events(cursor, streamBounds.records)
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  /** Throws EVENTS_FORGOTTEN for those whose text is kept no more, and STORE_CORRUPT. */
  events(group: string, record: RelayedEvents): Promise<readonly LiveEvent[]> {
    const key = tupleKey(group, record.number, record.id);
    const kept = this.#made.get(key);
    if (kept) {
      this.#made.delete(key);
      this.#made.set(key, kept);
      return kept.events;
    }
    const fresh: Kept = { events: this.#make(group, record), characters: 0 };
    this.#made.set(key, fresh);
    fresh.events.then(
      (events) => {
        for (const { json } of events) fresh.characters += 2 * json.length;
        this.#characters += fresh.characters;
        this.#makeRoom();
      },
      () => this.#made.delete(key),
    );
    return fresh.events;
  }

  async #make(group: string, record: RelayedEvents): Promise<readonly LiveEvent[]> {
    const { number, count, body } = record;
    if (isWithoutText(record)) {
      const which = `${number} to ${number + count - 1} of group ${group}`;
      const message = `events ${which} went out by 0.4.0, which kept only their ids`;
      throw new StockbusError('EVENTS_FORGOTTEN', message);
    }
    const envelopes = eventsOf(await new OutboxTexts(this.#store).textOf(body));
    if (envelopes.length === count) {
      return envelopes.map((one, index) => liveEvent(one as Envelope<EventType>, number + index));
    }
    const message = `message ${record.id} has ${envelopes.length} events, and numbers for ${count}`;
    throw new StockbusError('STORE_CORRUPT', message);
  }

  #makeRoom(): void {
    for (const [key, { characters }] of this.#made) {
      if (this.#characters <= streamBounds.textCharacters) return;
      if (characters === 0) continue;
      this.#made.delete(key);
      this.#characters -= characters;
    }
  }
}

function liveEvent(envelope: Envelope<EventType>, number: number): LiveEvent {
  const json = JSON.stringify(envelope);
  let unvalued: string | undefined;
  return {
    ...{ number, type: envelope.type, lines: linesOf(envelope), envelope, json },
    get unvalued() {
      unvalued ??= withoutValue(envelope) ?? json;
      return unvalued;
    },
  };
}

function withoutValue({ data, ...envelope }: Envelope<EventType>): string | undefined {
  if (!('value' in data)) return undefined;
  const { value: _, currency: _of, ...plain } = data;
  return JSON.stringify({ ...envelope, data: plain });
}

const linesOf = ({ data }: Envelope<EventType>): LiveEvent['lines'] =>
  'location' in data ? [data] : 'lines' in data ? data.lines : [];
