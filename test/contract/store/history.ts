import { deepEqual, equal } from 'node:assert/strict';
import type { AcceptedPayload, DeliveryNote, Snapshot, Store } from '../../../core/ports.ts';
import { firstIdOf } from '../../../core/runtime.ts';
import { commitOf, tallyOf } from './fixtures.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const payload = (intakeId: string, minute: number, name = 'a.csv'): AcceptedPayload => ({
  ...{ intakeId, flow: 'f', name, at: at(minute), records: 3, messages: 2, parked: 1 },
  digest: 'd'.repeat(64),
});
const call = (message: string, minute: number, code = ''): DeliveryNote => ({
  ...{ at: at(minute), sink: 'shop', message, call: `msg_${message}`, records: 2, attempt: 1 },
  ...{ ms: 5, code, answer: code && 'why' },
});
const picture = (intakeId: string, record: number, minute: number, body = '{}'): Snapshot => ({
  ...{ intakeId, flow: 'f', name: 'a.csv', at: at(minute), record, body },
});
const none = { payloads: [], deliveries: [], snapshots: [] };

export function describeHistory(current: () => Store): void {
  describe('history', () => {
    it('has payloads by their id, their file and their bytes, the newest first, each once', async () => {
      const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const [one, other, asked] = [
        { ...payload('i1', 1), traceparent: trace },
        payload('i2', 2),
        { ...payload('i3', 3, '/v1/flows/f'), digest: 'e'.repeat(64) },
      ];
      await current().noteHistory({ ...none, payloads: [one, other] });
      await current().noteHistory({ ...none, payloads: [one, asked] });
      deepEqual(await current().accepted({ intakeId: 'i1' }, 10), [one]);
      deepEqual(await current().accepted({ name: 'a.csv' }, 10), [other, one]);
      deepEqual(await current().accepted({ name: 'a.csv' }, 1), [other]);
      deepEqual(await current().accepted({ intakeId: 'i3' }, 10), [asked]);
      deepEqual(await current().accepted({ intakeId: 'i' }, 10), []);
      deepEqual(await current().accepted({ digest: one.digest }, 10), [other, one]);
      deepEqual(await current().accepted({ digest: asked.digest }, 10), [asked]);
    });

    it('has calls by their message, and snapshots by payload and record', async () => {
      const calls = [call('m', 1, 'WEBHOOK_FAILED'), call('m', 2), call('m/1', 3), call('M', 4)];
      const pictures = [picture('i', 1, 1), picture('i', 11, 2), picture('i', 2, 3)];
      await current().noteHistory({ ...none, deliveries: calls, snapshots: pictures });
      deepEqual(await current().deliveries('m', 10), calls.slice(0, 2));
      const far = [1, 2, 3].map((minute) => call('far', minute, 'WEBHOOK_FAILED'));
      const [near, took] = [call('far', 0), call('far', 4)];
      await current().noteHistory({ ...none, deliveries: [near, ...far, took] });
      deepEqual(await current().deliveries('far', 2), [near, far[1], far[2], took]);
      deepEqual(await current().deliveries('far', 1), [far[2], took]);
      deepEqual(await current().deliveries('m/1', 10), [calls[2]]);
      deepEqual(await current().snapshots({ intakeId: 'i', record: 1 }, 10), [pictures[0]]);
      equal((await current().snapshots({ intakeId: 'i' }, 10)).length, 3);
      deepEqual(await current().snapshots({ intakeId: 'n' }, 10), []);
    });

    it('lists payloads by pages, the newest first, and counts what came and went since a moment', async () => {
      const day = (minute: number): string =>
        new Date(Date.UTC(2031, 0, 1, 0, minute)).toISOString();
      const payloads = [1, 2, 2, 2, 3].map((minute, number): AcceptedPayload => {
        const intakeId = `${firstIdOf(Date.parse(day(minute)))}000-8000-00000000000${number}`;
        return { ...payload(intakeId, 0), flow: `f${minute}`, at: day(minute) };
      });
      const sent = [call('s', 0), call('s', 0, 'WEBHOOK_FAILED'), call('s', 0)];
      const deliveries = sent.map((one, number) => ({ ...one, at: day(number + 1), sink: 'till' }));
      await current().noteHistory({ ...none, payloads, deliveries });
      const origin = { intakeId: payloads[2]!.intakeId, flow: 'f2', name: 'a.csv' };
      const tally = { ...tallyOf(origin.intakeId, 1, { booked: 4, exists: 1, parked: 2 }), origin };
      await current().commit(commitOf({ tallies: [tally], recordedAt: day(4) }));
      const shown: string[] = [];
      let after: string | undefined;
      do {
        const page: Awaited<ReturnType<Store['lastAccepted']>> = await current().lastAccepted({
          ...{ limit: 2, ...(after === undefined ? {} : { after }) },
        });
        shown.push(...page.rows.map(({ intakeId }) => intakeId));
        after = shown.length < payloads.length ? page.next : undefined;
      } while (after !== undefined);
      deepEqual(shown.slice(0, 5).sort(), payloads.map(({ intakeId }) => intakeId).sort());
      deepEqual([shown[0], shown[4]], [payloads[4]!.intakeId, payloads[0]!.intakeId]);
      const { flows, sinks } = await current().figuresSince(day(2));
      const nothing = { booked: 0, exists: 0, refused: 0 };
      deepEqual(
        flows.sort((one, other) => (one.flow < other.flow ? -1 : 1)),
        [
          {
            ...{ flow: 'f2', payloads: 3, records: 9, messages: 6, parked: 3 },
            ...{ booked: 4, exists: 1, refused: 2 },
          },
          { flow: 'f3', payloads: 1, records: 3, messages: 2, parked: 1, ...nothing },
        ],
      );
      deepEqual(sinks, [{ sink: 'till', delivered: 2, failed: 1 }]);
      const hour = day(2).slice(0, 13);
      deepEqual(await current().callsByHour(hour, day(60)), [
        { sink: 'till', hour, took: 2, failed: 1 },
      ]);
      deepEqual(await current().callsByHour(day(60), day(120)), []);
    });

    it('forgets what is older, and the oldest snapshots beyond what they may have', async () => {
      await current().noteHistory({
        payloads: [payload('old', 1, 'b.csv'), payload('new', 9, 'b.csv')],
        deliveries: [call('n', 1), call('n', 9)],
        snapshots: [1, 2, 7, 8, 9].map((minute) => picture('k', minute, minute, 'x'.repeat(100))),
      });
      const bound = { rows: 2, snapshotCharacters: 200 };
      const forget = (moment: string) => current().forgetHistory(moment, bound, 2);
      while ((await forget(at(5))) > 0);
      deepEqual(await current().accepted({ name: 'b.csv' }, 10), [payload('new', 9, 'b.csv')]);
      deepEqual(await current().deliveries('n', 10), [call('n', 9)]);
      const kept = await current().snapshots({ intakeId: 'k' }, 10);
      deepEqual(kept.map(({ record }) => record).sort(), [8, 9]);
      const calls = [11, 12, 13, 14, 15].map((minute) => call('n', minute));
      const payloads = [11, 12, 13].map((minute) => payload(`i${minute}`, minute, 'b.csv'));
      for (const one of calls) await current().noteHistory({ ...none, deliveries: [one] });
      for (const one of payloads) await current().noteHistory({ ...none, payloads: [one] });
      while ((await forget(at(0))) > 0);
      deepEqual(await current().deliveries('n', 10), calls.slice(3));
      deepEqual(await current().accepted({ name: 'b.csv' }, 10), payloads.slice(1).reverse());
    });

    it('says which events were the first that were relayed at or after a moment', async () => {
      const store = current();
      const moments = [1, 1, 2, 4, 4, 7];
      for (const [index, minute] of moments.entries()) {
        const topic = 'stock.changed.v1' as const;
        const record = { id: `e${index}`, topic, count: index + 1, body: '{"moved":[]}' };
        await store.commit(commitOf({ outbox: [record], partition: 0 }));
        await store.published([record.id], at(minute));
      }
      const [{ group } = { group: '' }] = await store.eventGroups();
      const numbers = [1, 2, 4, 7, 11, 16];
      for (let minute = 0; minute <= 8; minute += 1) {
        const first = moments.findIndex((one) => one >= minute);
        equal(await store.firstRelayed(group, at(minute)), numbers[first], `minute ${minute}`);
      }
      equal(await store.firstRelayed('another', at(0)), undefined);
    });
  });
}
