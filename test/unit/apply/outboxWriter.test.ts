import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { OutboxWriter } from '../../../core/apply/outboxWriter.ts';
import { schemas } from '../../../core/catalog.ts';
import { formatDecimal } from '../../../core/decimal.ts';
import { eventsOf } from '../../../core/deliver/stockEvents.ts';
import { limits } from '../../../core/limits.ts';
import type { Command, Envelope, StockChanged } from '../../../core/message.ts';
import { OutboxTexts } from '../../../core/relay/movedText.ts';
import { RecentTexts } from '../../../core/relay/RecentTexts.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';
import { euros, StockBook } from '../../stockBook.ts';

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);

const at = '2026-01-01T00:00:00.000Z';
const document = (lines: object[]) =>
  ({ document: 'D "1" \\ ü\n', at, partner: 'Ärger & Söhne', lines }) as never;

describe('events of a commit', () => {
  it('are valid against their schemas, whatever the texts hold', () => {
    const book = new StockBook();
    const recent = new RecentTexts(1_000_000);
    const writer = new OutboxWriter(euros, at, recent);
    const line = {
      sku: 'A"\\\u0001é',
      location: 'W 1',
      quantity: '12.5',
      unitCost: '0.333333',
      lot: 'L/1',
      line: '"',
    };
    for (const [type, data] of [
      ['stock.receive.v1', document([line, { ...line, status: 'damaged' }])],
      [
        'stock.transfer.v1',
        document([{ sku: line.sku, from: 'W 1', to: 'W 2', quantity: '1', lot: 'L/1' }]),
      ],
    ] as const) {
      assert.equal(book.decide(type, data).outcome, 'booked');
    }
    const { packs, documents } = book.workspace.changes();
    writer.changed(packs, documents);
    const command = {
      source: '/s',
      id: 'm',
      type: 'stock.issue.v1',
      actor: 'flow:s',
      data: document([]),
    } as unknown as Command;
    writer.committed();
    writer.rejected(
      command,
      { code: 'SKU_UNKNOWN', message: 'there is no "item"', at: { field: 'lines[0].sku' } },
      'p1',
    );
    const events = writer.records().flatMap(({ id, body }) => eventsOf(recent.get(id) ?? body));
    assert.equal(events.length, 5);
    for (const event of events) {
      assert.ok(ajv.validate(schemas[event.type], event.data), ajv.errorsText());
      assert.equal(event.specversion, '1.0');
    }
    assert.equal(new Set(events.map(({ id }) => id)).size, 5);
  });

  it('have a record of their own, though another commit of the same moment refuses the same', () => {
    const command = { source: '/s', id: 'm', type: 'stock.issue.v1', data: document([]) };
    const refused = (commit: string): string[] => {
      const writer = new OutboxWriter(euros, at);
      writer.take(commit);
      const fault = { code: 'SKU_UNKNOWN', message: 'there is no item' } as const;
      writer.rejected(command as unknown as Command, fault, 'p1');
      return writer.records().map(({ id }) => id);
    };
    assert.notDeepEqual(refused('intake-1/0'), refused('intake-2/0'));
    assert.deepEqual(refused('intake-1/0'), refused('intake-1/0'));
  });

  it('are cut into records of bounded size', () => {
    const book = new StockBook();
    const recent = new RecentTexts(10_000_000);
    const writer = new OutboxWriter(euros, at, recent);
    const lines = Array.from({ length: 1_200 }, (_, index) => ({
      sku: `S${index}`,
      location: 'W',
      quantity: '1',
    }));
    book.decide('stock.receive.v1', document(lines));
    const { packs, documents } = book.workspace.changes();
    writer.changed(packs, documents);
    const records = writer.records();
    writer.committed();
    assert.deepEqual(
      records.map(({ count }) => count),
      [500, 500, 200],
    );
    for (const { id, body } of records) {
      assert.ok(recent.get(id)!.length < limits.batchBytes * 1.1);
      assert.ok(body.length < 20_000, 'what is stored names the packs only');
    }
  });
});

describe('messages about what moved', () => {
  const all = { limit: 100_000 };

  /** Books, and the messages of the last commit: from memory, and as the store gives them again. */
  async function told(rig: LedgerRig, docs: readonly Doc[]) {
    const before = await rig.store.outbox(100_000);
    await rig.store.published(
      before.map(({ id }) => id),
      day(1),
    );
    const recent = new RecentTexts(100_000_000);
    Object.assign(rig.parts, { recent });
    const refusals = await rig.send(docs);
    assert.deepEqual(refusals.filter(Boolean), []);
    const records = await rig.store.outbox(100_000);
    assert.equal(new Set(records.map(({ id }) => id)).size, records.length, 'ids differ');
    const texts = new OutboxTexts(rig.store);
    const messages = [];
    for (const { id, body, count } of records) {
      const text = await texts.textOf(body);
      assert.equal(recent.get(id), text, 'both are one to the byte');
      messages.push({ text, count, events: eventsOf(text) });
    }
    return messages;
  }

  /** Each entry that changed a balance is told, once for each balance, as the ledger has it. */
  async function isAllOf(rig: LedgerRig, sku: string, events: readonly Envelope[], after = 0) {
    const { rows } = await rig.store.ledger({ sku }, all);
    const expected = rows
      .filter(({ seq }) => seq > after)
      .flatMap(({ seq, document, line, lot, fromAfter, toAfter }) =>
        [fromAfter, toAfter].filter(Boolean).map((balance) => {
          return [seq, document, line, lot, formatDecimal(balance!.onHand)];
        }),
      );
    const heard = events.map(({ data }) => {
      const { version, document, line, lot = '', onHand } = data as StockChanged;
      return [Number(version), document, line, lot, onHand];
    });
    assert.deepEqual(heard, expected);
  }

  it('leave out entries that carry a value only, and the documents that only those name', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    const short = Array.from({ length: 60 }, (_, index): Doc => {
      const lines = [{ sku: 'X', location: 'W', quantity: '1' }];
      return ['issue', { document: `SHORT-${index}`, at: day(1, index), lines }];
    });
    await rig.send(short);
    const receipt = (document: string, minute: number): Doc => {
      const lines = [{ sku: 'X', location: 'W', quantity: '30', unitCost: '3' }];
      return ['receive', { document, at: day(2, minute), lines }];
    };
    const [message, ...others] = await told(rig, [receipt('R1', 1), receipt('R2', 2)]);
    assert.deepEqual(others, []);
    const { rows } = await rig.store.ledger({ sku: 'X' }, all);
    assert.ok(rows.length > 100, 'the shortages were settled');
    assert.ok(!message!.text.includes('SHORT-'), message!.text);
    assert.equal(message!.count, 2);
    await isAllOf(rig, 'X', message!.events, 60);
  });

  it('have no more events than a batch has records, though all are of one SKU', async () => {
    const rig = new LedgerRig();
    const lines = Array.from({ length: 601 }, (_, index) => {
      return { line: `${index}`, sku: 'X', location: 'W', quantity: '1', unitCost: '1' };
    });
    const received = await told(rig, [['receive', { document: 'R', at: day(1), lines }]]);
    assert.deepEqual(
      received.map(({ count }) => count),
      [500, 101],
    );
    await isAllOf(
      rig,
      'X',
      received.flatMap(({ events }) => events),
    );
    const moves = lines.map(({ line }) => {
      return { line, sku: 'X', from: 'W', to: 'V', quantity: '1' };
    });
    const moved = await told(rig, [['transfer', { document: 'T', at: day(2), lines: moves }]]);
    for (const { count, events } of moved) {
      assert.equal(events.length, count);
      assert.ok(count <= limits.batchRecords, `${count} events`);
    }
    await isAllOf(
      rig,
      'X',
      moved.flatMap(({ events }) => events),
      601,
    );
  });

  it('have about the length of a batch, however long the names are', async () => {
    const rig = new LedgerRig();
    const long = 'ü"'.repeat(120);
    const docs = Array.from({ length: 400 }, (_, index): Doc => {
      const line = { line: `${long}${index}`, sku: 'X', location: 'W', lot: long, quantity: '1' };
      const document = `${long}${index}`;
      return ['receive', { document, at: day(1), partner: long, lines: [line] }];
    });
    const messages = await told(rig, docs);
    assert.ok(messages.length > 1);
    for (const { text } of messages) assert.ok(text.length < limits.batchBytes * 1.1);
    await isAllOf(
      rig,
      'X',
      messages.flatMap(({ events }) => events),
    );
  });
});
