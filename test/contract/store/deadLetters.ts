import { deepEqual, equal } from 'node:assert/strict';
import { CASE, type KeptLetter, type Store } from '../../../core/ports.ts';
import { allRows, commitOf, parkedOf } from './fixtures.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const letterOf = (id: string, minute: number, more: Partial<KeptLetter> = {}): KeptLetter => ({
  ...{ id, queue: 'deliver.g1.feed', messageId: `m-${id}`, contentType: 'application/json' },
  ...{ code: 'WEBHOOK_FAILED', reason: 'WEBHOOK_FAILED it answers 410', deadAt: at(minute) },
  ...{ records: 2, bytes: 3, words: ['a-1', "o'hara", '螺', '$a.b'] },
  body: Uint8Array.of(0, 255, 10),
  ...more,
});

export function describeDeadLetters(current: () => Store): void {
  const ids = async (filter: Parameters<Store['deadLetters']>[0]): Promise<string[]> => {
    const rows = await allRows((page) => current().deadLetters(filter, page));
    return rows.map(({ id }) => id);
  };

  describe('dead letters', () => {
    it('are kept as they were, once, and the first that came stays', async () => {
      const letter = letterOf('l1', 1);
      await current().keepDead([letter, letterOf('l2', 2)]);
      await current().keepDead([{ ...letter, reason: 'another' }, letterOf('l3', 3)]);
      await current().keepDead([]);
      const found = await current().deadLetter('l1');
      deepEqual({ ...found, body: [...(found?.body ?? [])] }, { ...letter, body: [0, 255, 10] });
      equal(await current().deadLetter('none'), undefined);
      deepEqual(await ids({}), ['l1', 'l2', 'l3']);
    });

    it('are listed without their bodies, by the time at which they died', async () => {
      const letters = Array.from({ length: 12 }, (_, index) => letterOf(`l${index}`, 12 - index));
      await current().keepDead(letters);
      const all = await ids({});
      deepEqual(all, letters.map(({ id }) => id).reverse());
      const { rows } = await current().deadLetters({}, { limit: 1 });
      equal('body' in rows[0]!, false);
      deepEqual(rows[0]?.words, letters[0]!.words);
    });

    it('are found by queue, code, word and time', async () => {
      await current().keepDead([
        letterOf('l1', 1),
        letterOf('l2', 2, { queue: 'other', words: ['b'] }),
        letterOf('l3', 3, { code: 'MESSAGE_INVALID', words: [] }),
      ]);
      deepEqual(await ids({ queues: ['other', 'none'] }), ['l2']);
      deepEqual(await ids({ queues: [] }), []);
      deepEqual(await ids({ code: 'MESSAGE_INVALID' }), ['l3']);
      for (const word of ["o'hara", '螺', '$a.b']) deepEqual(await ids({ word }), ['l1']);
      deepEqual(await ids({ word: 'a' }), []);
      deepEqual(await ids({ since: at(2) }), ['l2', 'l3']);
      deepEqual(await ids({ until: at(2) }), ['l1']);
      deepEqual(await ids({ since: at(2), until: at(3), word: 'b' }), ['l2']);
    });

    it('and what is parked are counted while no closed case is about them', async () => {
      await current().keepDead([letterOf('l1', 1), letterOf('l2', 2)]);
      const parked = ['p1', 'p2', 'p3'].map((id) => parkedOf(id));
      await current().commit(commitOf({ parked }));
      const caseOf = (of: string, id: string, state: string) => ({
        ...{ kind: CASE, id, expected: '' },
        row: { state, since: at(1), words: [of, of === 'dead' ? 'feed' : 'test'], body: '{}' },
      });
      await current().changeControl('c1', [
        caseOf('dead', 'l1', 'dismissed'),
        caseOf('dead', 'l2', 'assigned'),
        caseOf('parked', 'p1', 'resolved'),
        caseOf('parked', 'p2', 'replaying'),
      ]);
      const { parked: byFlow, dead } = await current().backlog();
      const [row, ...others] = byFlow;
      const { since } = row!;
      deepEqual([row, others, dead], [{ flow: 'test', records: 2, since }, [], 1]);
      equal(since, (await current().parked({}, { limit: 1 })).rows[0]!.parkedAt);
    });

    it('and what is parked is found by what stands in it, page by page, until it is forgotten', async () => {
      const rows = [{ record: 3, value: { Item: 'A-1', Note: "O'Hara" } }];
      const torn = [{ record: 4, raw: 'po-9;"A-2' }];
      const ofKey = { messageId: 'PO-7/1', source: '/flows/test', stage: 'apply' } as const;
      const data = JSON.stringify({ data: { lines: [{ sku: 'A-1', quantity: '2' }] } });
      const parked = [
        parkedOf('p1', { content: JSON.stringify(rows) }),
        parkedOf('p2', { content: JSON.stringify(torn) }),
        parkedOf('p3', { ...ofKey, content: data }),
      ];
      await current().commit(commitOf({ parked }));
      const found = async (word: string, more = {}): Promise<string[]> =>
        (await allRows((page) => current().parked({ word, ...more }, page), 1)).map(({ id }) => id);
      deepEqual(await found('a-1'), ['p1', 'p3']);
      deepEqual(await found('a-1', { flow: 'test', since: '2000-01-01' }), ['p1', 'p3']);
      deepEqual(await found('a-1', { flow: 'other' }), []);
      deepEqual(await found("o'hara"), ['p1']);
      deepEqual([await found('po-9'), await found('a-2')], [['p2'], ['p2']]);
      deepEqual([await found('po-7'), await found('po-7/1')], [['p3'], ['p3']]);
      deepEqual(await found('test.csv'), ['p1', 'p2', 'p3']);
      deepEqual(await found('a-'), []);
      await current().forgetParked(['p1', 'none']);
      deepEqual(await found('a-1'), ['p3']);
    });

    it('go when they are forgotten', async () => {
      await current().keepDead([letterOf('l1', 1), letterOf('l2', 2)]);
      await current().forgetDead(['l1', 'none']);
      deepEqual(await ids({}), ['l2']);
    });
  });
}
