/** Inbox and documents are read side by side; what that finds is what asking for each message finds. */
import assert from 'node:assert/strict';
import type { BookedMessage, NamedMessage } from '../../../core/pack.ts';
import { InboxAudit } from '../../../core/verify/InboxAudit.ts';

const NOW = '2026-03-01T10:00:00.000Z';
const numbers = Array.from({ length: 5_000 }, (_, number) => number);
const named = numbers.map(
  (number): NamedMessage => [`D${number}`, '/flows/a', `m${number}`, `hash ${number}`, 1],
);
const booked = numbers.map(
  (number): BookedMessage => ['/flows/a', `m${number}`, `hash ${number}`, NOW],
);

interface Audited {
  documents?: readonly NamedMessage[];
  inbox?: readonly BookedMessage[];
}

/** With how many messages were asked for by their keys. */
async function audit({ documents = named, inbox = booked }: Audited) {
  let asked = 0;
  const some = async function* <Row>(rows: readonly Row[]): AsyncIterable<Row[]> {
    for (let start = 0; start < rows.length; start += 1_000) yield rows.slice(start, start + 1_000);
  };
  const store: ConstructorParameters<typeof InboxAudit>[0] = {
    messages: () => some(documents),
    bookedMessages: () => some(inbox),
    async inbox(keys) {
      asked += keys.length;
      const ids = new Set(keys.map(({ id }) => id));
      const found = inbox.filter(([, id]) => ids.has(id));
      return found.map(([source, id, contenthash, recordedAt]) => {
        return { source, id, contenthash, intakeId: '', recordedAt };
      });
    },
    sources: async () => [...new Set(inbox.map(([source]) => source))],
    ledger: async () => ({ rows: [] }),
    log: async () => ({ rows: [] }),
  };
  const found = (await Array.fromAsync(new InboxAudit(store).compare())).flat();
  return { asked, found: found.map(({ message }) => message) };
}

describe('the inbox beside the documents', () => {
  it('needs to ask for nothing where both have the same order', async () => {
    assert.deepEqual(await audit({}), { asked: 0, found: [] });
  });

  it('is right in any other order', async () => {
    assert.deepEqual((await audit({ inbox: booked.toReversed() })).found, []);
    assert.deepEqual((await audit({ documents: named.toReversed() })).found, []);
  });

  it('may have messages that no document names', async () => {
    const items = Array.from({ length: 40_000 }, (_, number): BookedMessage => {
      return ['/flows/items', `i${number}`, '', NOW];
    });
    assert.deepEqual((await audit({ inbox: [...items, ...booked] })).found, []);
  });

  it('counts messages where they have numbers, those after the last document too', async () => {
    const item: BookedMessage = ['/flows/items', 'i1', '', NOW];
    const numbered = [...booked, item, item, item].map(
      ([source, id, contenthash, at], index): BookedMessage => [
        source,
        id,
        contenthash,
        at,
        index + 1,
      ],
    );
    assert.deepEqual((await audit({ inbox: numbered })).found, []);
    assert.deepEqual((await audit({ inbox: numbered.toSpliced(5_001, 1) })).found, [
      '1 of its messages, which have numbers one after another, cannot be found',
    ]);
  });

  it('has a message once for all documents that name it', async () => {
    const again: NamedMessage = ['D7 again', '/flows/a', 'm7', '', 1];
    const other: NamedMessage = ['D8 again', '/flows/a', 'm8', 'other', 1];
    const { asked, found } = await audit({ documents: [...named, again, other] });
    assert.equal(asked, 2);
    assert.deepEqual(found, [
      'm8 of /flows/a (D8 again) has the content hash hash 8 in the inbox, was booked with other',
    ]);
  });

  it('lacks what is named, in the order of the documents, and whatever comes after', async () => {
    const inbox = booked.flatMap((message, number): BookedMessage[] => {
      if (number % 1_000 === 3) return [];
      return [number === 2_500 ? [message[0], message[1], 'other', NOW] : message];
    });
    const { found } = await audit({ inbox });
    assert.deepEqual(
      found,
      [3, 1_003, 2_003, 2_500, 3_003, 4_003].map((number) => {
        const what =
          number === 2_500 ? 'has the content hash other in the inbox' : 'is not in the inbox';
        return `m${number} of /flows/a (D${number}) ${what}, was booked with hash ${number}`;
      }),
    );
  });
});
