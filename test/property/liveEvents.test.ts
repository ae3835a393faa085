/** Readers of live events whose connections break anywhere: what they have in the end, against what relay told subscribers. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenCaller } from '../../core/api/auth/Caller.ts';
import type { EventFilter } from '../../core/api/events/EventFilter.ts';
import { LiveEvents } from '../../core/api/events/LiveEvents.ts';
import { eventsOf } from '../../core/deliver/stockEvents.ts';
import { eventTypes } from '../../core/message.ts';
import type { PackKey } from '../../core/pack.ts';
import type { Books } from '../../core/ports.ts';
import { OutboxTexts } from '../../core/relay/movedText.ts';
import { RelayBell } from '../../core/relay/RelayBell.ts';
import type { EventCursor } from '../../core/relayedEvents.ts';
import { day, LedgerRig } from '../ledgerRig.ts';
import { patience, runs, seed } from '../runs.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

const SHARE = 0.5;
const names = ['00', '7f'];

/** Two groups, as a store on MongoDB has them: of each the SKUs that begin with its name. */
class TwoGroups {
  readonly rigs = names.map((_, index) => new LedgerRig({ source: `/test${index}` }));
  /** What subscribers were told, in order. */
  readonly told: { group: string; number: number; id: string; text: string }[] = [];

  async eventGroups() {
    const found = await Promise.all(this.rigs.map(({ store }) => store.eventGroups()));
    return found.flatMap(([one], index) => (one ? [{ ...one, group: names[index]! }] : []));
  }

  events({ group, after }: EventCursor, limit: number) {
    const store = this.rigs[names.indexOf(group)]!.store;
    return store.events({ group: '00', after }, limit);
  }

  async packsByKey(keys: readonly PackKey[]) {
    const found = await Promise.all(this.rigs.map(({ store }) => store.packsByKey(keys)));
    return found.flat();
  }

  async relay(index: number, limit: number): Promise<void> {
    const { store } = this.rigs[index]!;
    const records = await store.outbox(limit);
    for (const { body } of records) {
      for (const event of eventsOf(await new OutboxTexts(store).textOf(body))) {
        const group = names[index]!;
        const number = this.told.filter((one) => one.group === group).length + 1;
        this.told.push({ group, number, id: event.id, text: JSON.stringify(event) });
      }
    }
    await store.published(
      records.map(({ id }) => id),
      day(1),
    );
  }
}

type Step =
  | { do: 'receive' | 'hold' | 'oversell'; group: number; skus: number[]; place: string }
  | { do: 'relay'; group: number; records: number }
  | { do: 'time' };

const skuOf = (group: number, index: number): string => `${names[group]}-${index}`;

async function take(groups: TwoGroups, step: Step, number: number): Promise<void> {
  if (step.do === 'time') return;
  if (step.do === 'relay') return groups.relay(step.group, step.records);
  const rig = groups.rigs[step.group]!;
  const lines = step.skus.map((index, line) => ({
    ...{ line: `${line + 1}`, sku: skuOf(step.group, index), location: step.place },
    quantity: step.do === 'oversell' ? '100000' : '2',
  }));
  const at = day(1);
  if (step.do === 'hold') {
    await rig.book('reservation.create.v1', { reservation: `R${number}`, at, lines });
  } else {
    const type = step.do === 'receive' ? 'receive' : 'issue';
    await rig.send([[type, { document: `D${number}`, at, lines }]]);
  }
}

interface Reader {
  filter: EventFilter;
  /** How many things it is told until its connection breaks, and how many of them never arrive. */
  cuts: { after: number; lost: number }[];
  fromNow: boolean;
}

interface Got {
  id: string;
  number: number;
  text: string;
}

/** Goes from replica to replica until `end`; gives what arrived. */
async function follow(
  reader: Reader,
  replicas: readonly LiveEvents[],
  end: AbortSignal,
): Promise<Got[]> {
  let got: Got[] = [];
  let last = reader.fromNow ? undefined : '0';
  const cuts = [...reader.cuts];
  for (let session = 0; !end.aborted; session += 1) {
    const after = last === undefined ? undefined : { text: last, field: 'after' };
    const cut = cuts.shift();
    const replica = replicas[session % replicas.length]!;
    const stream = await replica.open(tokenCaller, reader.filter, after, end);
    const before = stream.id;
    const arrived: { id: string; event?: Got }[] = [];
    for await (const told of stream.told) {
      assert.notEqual(told.kind, 'gap');
      const { id } = told;
      const event = told.kind === 'event' && told.event;
      arrived.push(
        event
          ? { id, event: { id: event.envelope.id, number: event.number, text: event.json } }
          : { id },
      );
      if (arrived.length >= (cut?.after ?? Infinity)) break;
    }
    stream.close();
    if (cut && !end.aborted) arrived.length = Math.max(0, arrived.length - cut.lost);
    got = [...got, ...arrived.flatMap(({ event }) => event ?? [])];
    last = arrived.at(-1)?.id ?? before;
  }
  return got;
}

const skuNumbers = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 });
const group = fc.nat(1);
const place = fc.constantFrom('BER', 'HAM');
const booked = fc.constantFrom('receive' as const, 'hold' as const, 'oversell' as const);
const steps = fc.array(
  fc.oneof(
    fc.record({ do: booked, group, skus: skuNumbers, place }),
    fc.record({
      do: fc.constant('relay' as const),
      group,
      records: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ do: fc.constant('time' as const) }),
  ),
  { minLength: 5, maxLength: 30 },
);
const some = <T>(...all: T[]) => fc.option(fc.subarray(all, { minLength: 1 }), { nil: undefined });
const skus = [0, 1].flatMap((of) => [0, 1, 2, 3].map((index) => skuOf(of, index)));
const reader: fc.Arbitrary<Reader> = fc.record({
  filter: fc
    .record({ types: some(...eventTypes), skus: some(...skus), locations: some('BER', 'HAM') })
    .map(
      (of) => Object.fromEntries(Object.entries(of).filter(([, value]) => value)) as EventFilter,
    ),
  cuts: fc.array(fc.record({ after: fc.integer({ min: 1, max: 6 }), lost: fc.nat(3) }), {
    maxLength: 6,
  }),
  fromNow: fc.boolean(),
});

/** What the filter asks for, said by the events themselves. */
function wanted({ types, skus: of, locations }: EventFilter, text: string): boolean {
  const { type, data } = JSON.parse(text);
  const lines: { sku?: string; location?: string }[] = data.lines ?? [data];
  return (
    (!types || types.includes(type)) &&
    (!of || lines.some(({ sku }) => sku !== undefined && of.includes(sku))) &&
    (!locations ||
      lines.some(({ location }) => location !== undefined && locations.includes(location)))
  );
}

describe('live events', () => {
  it('reach each reader once and in order, wherever his connection breaks and whichever process he finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(reader, { minLength: 1, maxLength: 3 }),
        async (all, readers) => {
          const time = new SimulatedTime();
          const groups = new TwoGroups();
          const closing = new AbortController();
          const bell = new RelayBell();
          const replica = () =>
            new LiveEvents(
              { store: groups as unknown as Books, relayed: bell },
              simulatedRuntime(time),
              closing.signal,
            );
          const replicas = [replica(), replica()];
          const end = new AbortController();
          const following = readers.map((one) => follow(one, replicas, end.signal));
          await time.advance(0);
          for (const [index, step] of all.entries()) {
            await take(groups, step, index);
            // In the process that relays, or found by the others.
            if (step.do === 'relay' && index % 2 === 0) bell.ring();
            if (step.do === 'time') await time.advance(200);
          }
          for (const index of [0, 1]) await groups.relay(index, 1_000);
          await time.advance(1_000);
          end.abort();
          const found = await Promise.all(following);
          assert.equal(time.pending, 0, 'nobody reads, and somebody looks');
          for (const [index, { filter }] of readers.entries()) {
            for (const name of names) {
              const due = groups.told.filter(
                (one) => one.group === name && wanted(filter, one.text),
              );
              const got = found[index]!.filter(({ text }) => due.some((one) => one.text === text));
              assert.deepEqual(
                got.map(({ number, text }) => [number, text]),
                due.map(({ number, text }) => [number, text]),
              );
            }
            const due = groups.told.filter(({ text }) => wanted(filter, text));
            assert.equal(found[index]!.length, due.length);
          }
        },
      ),
      { numRuns: runs(SHARE), seed },
    );
  }).timeout(patience(SHARE));
});
