import { StockbusError } from '../../errors.ts';
import type { Hub } from '../../hub.ts';
import { type EventType, eventTypes } from '../../message.ts';
import type { Books } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { type Caller, may, requireScope } from '../auth/Caller.ts';
import type { ApiScope } from '../auth/scopes.ts';
import { streamBounds } from './bounds.ts';
import { type EventFilter, eventMatch } from './EventFilter.ts';
import { EventPages } from './EventPages.ts';
import { EventReader, type StreamItem } from './EventReader.ts';
import { EventTail } from './EventTail.ts';
import { StreamCursor } from './StreamCursor.ts';
import { seenEvents } from './seenEvents.ts';

/** What a caller needs to be told of each type. */
const scopeOfType: Record<EventType, ApiScope> = {
  'stock.changed.v1': 'stock:read',
  'reservation.changed.v1': 'stock:read',
  'stock.rejected.v1': 'parked:read',
};

/** Where events of all processes are read from. */
export interface EventSource {
  pages: EventPages;
  tail: EventTail;
  runtime: Runtime;
}

export interface OpenStream {
  /** Where it begins: what he has to give back where nothing comes before the connection breaks. */
  id: string;
  told: AsyncGenerator<StreamItem, void>;
  /** Values are none of his business where this is false. */
  showsValues: boolean;
  close(): void;
}

/** All who are told of events by this process as they happen. */
export class LiveEvents {
  readonly #hub: Pick<Hub, 'relayed'> & { readonly store: Books };
  readonly #runtime: Runtime;
  #made: EventSource | undefined;
  /** Aborted when the process ends: all who read come again elsewhere. */
  readonly closing: AbortSignal;
  readonly #open = new Map<string, number>();
  #all = 0;

  constructor(
    hub: Pick<Hub, 'relayed'> & { readonly store: Books },
    runtime: Runtime,
    closing: AbortSignal,
  ) {
    this.closing = closing;
    this.#hub = hub;
    this.#runtime = runtime;
  }

  /** Made when somebody first asks: a hub that starts has no store yet. */
  get source(): EventSource {
    if (this.#made) return this.#made;
    const { store, relayed } = this.#hub;
    const tail = new EventTail(store, this.#runtime);
    relayed.listen(() => tail.wake());
    this.#made = { pages: new EventPages(store), tail, runtime: this.#runtime };
    return this.#made;
  }

  /**
   * Throws HTTP_SCOPE for a type that he may not see; types that he did not name are those that he may. Throws
   * CURSOR_INVALID, EVENT_STREAMS_TOO_MANY.
   */
  async open(
    caller: Caller,
    filter: EventFilter,
    after: { text: string; field: string } | undefined,
    signal: AbortSignal,
  ): Promise<OpenStream> {
    const allowed = allowedFilter(caller, filter);
    const given = after && StreamCursor.of(after.text, after.field);
    const release = this.#take(caller.actor);
    try {
      const { tail } = this.source;
      await tail.look();
      const cursor = given ?? StreamCursor.after(tail.groups);
      if (cursor.text === '0') fromOldest(cursor, tail.groups);
      const ended = AbortSignal.any([signal, this.closing]);
      const reader = new EventReader(this.source, cursor, eventMatch(allowed), ended);
      const { text: id } = cursor;
      const showsValues = may(caller, 'ledger:read');
      const { rows } = caller;
      const told = rows ? seenEvents(reader.read(), rows, this.#hub.store) : reader.read();
      return { id, told, showsValues, close: release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #take(actor: string): () => void {
    const { ofCaller, ofAll } = streamBounds;
    const own = this.#open.get(actor) ?? 0;
    if (own >= ofCaller || this.#all >= ofAll) {
      const whose = own >= ofCaller ? `'${actor}' has ${own}` : `all callers have ${this.#all}`;
      throw new StockbusError('EVENT_STREAMS_TOO_MANY', `${whose} streams of events open here`);
    }
    this.#count(actor, 1);
    let isOpen = true;
    return () => {
      if (isOpen) this.#count(actor, -1);
      isOpen = false;
    };
  }

  #count(actor: string, by: 1 | -1): void {
    const own = (this.#open.get(actor) ?? 0) + by;
    if (own === 0) this.#open.delete(actor);
    else this.#open.set(actor, own);
    this.#all += by;
    this.source.runtime.metrics.gauge('stockbus_event_streams', this.#all);
  }
}

/** Of what is kept, from its first on: that is no gap. */
function fromOldest(cursor: StreamCursor, groups: EventTail['groups']): void {
  for (const { group, first } of groups) cursor.moveTo(group, first - 1);
}

/** Throws HTTP_SCOPE. */
function allowedFilter(caller: Caller, filter: EventFilter): EventFilter {
  for (const type of filter.types ?? []) requireScope(caller, scopeOfType[type]);
  const types = filter.types ?? eventTypes.filter((type) => may(caller, scopeOfType[type]));
  return { ...filter, types };
}
