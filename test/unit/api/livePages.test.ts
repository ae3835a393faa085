/** What docs/graphql.md and docs/events.md show is what is answered, over the same few bookings. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { LedgerRig } from '../../ledgerRig.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const graphql = readFileSync('docs/graphql.md', 'utf8');
const events = readFileSync('docs/events.md', 'utf8');

/** Fenced blocks of a page in order, of these languages. */
const blocksOf = (page: string, languages: string): { language: string; text: string }[] =>
  [...page.matchAll(new RegExp(`^\`\`\`(${languages})\n(.*?)\n\`\`\`$`, 'gms'))].map(
    ([, language = '', text = '']) => ({ language, text }),
  );

describe('docs of GraphQL and of live events', () => {
  let rig: ApiRig;

  before(async () => {
    rig = await openApi();
    const books = new LedgerRig({ store: rig.store, source: '/flows/receipts' });
    const line = (sku: string, quantity: string, more = {}) => ({
      ...{ line: '1', sku, location: 'BER', quantity },
      ...more,
    });
    for (const [sku, name] of [
      ['ESP-1KG', 'Espresso 1 kg'],
      ['TEA-100', 'Green tea'],
    ]) {
      await books.book('item.upsert.v1', { sku, name, unit: 'pcs' });
    }
    const receipt = (document: string, day: string, of: object) =>
      books.book('receive', { document, at: `2026-03-${day}T09:00:00Z`, lines: [of] });
    await receipt('WE-1', '02', line('ESP-1KG', '12', { unitCost: '8.40' }));
    await receipt('WE-2', '03', line('TEA-100', '40', { unitCost: '3.10' }));
    const sold = { document: 'SO-7', at: '2026-03-05T10:00:00Z', lines: [line('ESP-1KG', '2')] };
    await books.book('issue', sold);
    const held = { reservation: 'R-17', at: '2026-03-06T08:00:00Z', lines: [line('ESP-1KG', '3')] };
    await books.book('reservation.create.v1', held);
    const ids = (await rig.store.outbox(100)).map(({ id }) => id);
    await rig.store.published(ids, '2026-03-06T09:00:00.000Z');
  });

  after(() => rig.close());

  /** As many bytes as the page shows of a stream. */
  async function streamOf(path: string, init: RequestInit, like: string): Promise<string> {
    const cut = new AbortController();
    const answer = await fetch(rig.url + path, { ...init, signal: cut.signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (text.length < like.length) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    cut.abort();
    return text.trimEnd();
  }

  it('show each query with its answer', async () => {
    const blocks = blocksOf(graphql, 'graphql|json|text');
    let shown = 0;
    for (const [index, { language, text }] of blocks.entries()) {
      if (language !== 'graphql') continue;
      const answer = blocks[index + 1]!;
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query: text });
      if (answer.language === 'json') {
        const found = await fetch(`${rig.url}/graphql`, { method: 'POST', headers, body });
        assert.deepEqual(await found.json(), JSON.parse(answer.text), text);
      } else {
        const asked = {
          method: 'POST',
          headers: { ...headers, accept: 'text/event-stream' },
          body,
        };
        assert.equal(await streamOf('/graphql', asked, answer.text), answer.text);
      }
      shown += 1;
    }
    assert.ok(shown >= 5, `${shown} queries`);
  });

  it('show each stream as it comes', async () => {
    const blocks = blocksOf(events, 'sh|text');
    let shown = 0;
    for (const [index, { language, text }] of blocks.entries()) {
      const [, path] = /'http:\/\/localhost:8080(\/v1\/events[^']*)'/.exec(text) ?? [];
      if (language !== 'sh' || !path) continue;
      const [, last] = /Last-Event-ID: (\S+)'/.exec(text) ?? [];
      const headers: Record<string, string> = last ? { 'last-event-id': last } : {};
      const due = blocks[index + 1]!.text;
      assert.equal(await streamOf(path, { headers }, due), due, text);
      shown += 1;
    }
    assert.ok(shown >= 2, `${shown} streams`);
  });
});
