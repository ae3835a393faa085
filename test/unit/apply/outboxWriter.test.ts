import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { OutboxWriter } from '../../../core/apply/outboxWriter.ts';
import { schemas } from '../../../core/catalog.ts';
import { eventsOf } from '../../../core/deliver/stockEvents.ts';
import { limits } from '../../../core/limits.ts';
import type { Command } from '../../../core/message.ts';
import { RecentTexts } from '../../../core/relay/RecentTexts.ts';
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
    const writer = new OutboxWriter(euros, at, '', recent);
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
      data: document([]),
    } as unknown as Command;
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
      const writer = new OutboxWriter(euros, at, commit);
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
    const writer = new OutboxWriter(euros, at, '', recent);
    const lines = Array.from({ length: 1_200 }, (_, index) => ({
      sku: `S${index}`,
      location: 'W',
      quantity: '1',
    }));
    book.decide('stock.receive.v1', document(lines));
    const { packs, documents } = book.workspace.changes();
    writer.changed(packs, documents);
    const records = writer.records();
    assert.deepEqual(
      records.map(({ count }) => count),
      [500, 500, 200],
    );
    for (const { id, body } of records) {
      assert.ok(recent.get(id)!.length < limits.batchBytes * 2);
      assert.ok(body.length < 20_000, 'what is stored names the packs only');
    }
  });
});
