/**
 * Payloads of shops, programs for finance, and of people who make tables: what becomes of each, by a flow
 * of examples/, or why it states nothing that a flow could book or map. A file that nobody listed fails.
 */
import assert from 'node:assert/strict';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { InboundResult } from '../../core/flow/compiledFlow.ts';
import type { LoadedHub } from '../../core/flow/loadHub.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { flowResults } from '../flowOutcome.ts';
import { describeSamples } from '../samples.ts';

/** By file: the flow that takes it and what comes of it, or the reason why there is none. */
type Outcome = Taken | { nothing: string };

interface Taken {
  flow: string;
  outcome: string;
  /** Of the first thing that is made, what it says. */
  first?: object;
  /** Where nothing is made of a file: why not. */
  because?: string;
}

const fixtures = join(import.meta.dirname, '../fixtures');
const table: Record<string, Outcome> = JSON.parse(
  readFileSync(join(fixtures, 'sample-outcomes.json'), 'utf8'),
);

const folders =
  `commerce dynamics365 crm_salesforce finance xlsx fixed_width messy_csv webhooks`.split(' ');
const projects = ['examples', 'examples/tables'];

/** `2 stock.count.v1, 3 to figures.outbox, filtered 1, parked CSV_RAGGED_ROW` */
function tally(results: readonly InboundResult[], refused: string | undefined): string {
  const made = new Map<string, number>();
  const count = (name: string, by = 1) => made.set(name, (made.get(name) ?? 0) + by);
  for (const { messages, handed = [], parked } of results) {
    for (const { type } of messages) count(type);
    for (const { queue } of handed) count(`to ${queue.replace(/^deliver\.g1\./, '')}`);
    for (const { faults } of parked)
      count(`parked ${[...new Set(faults.map(({ code }) => code))].join('+')}`);
  }
  const parts = [...made].map(([name, times]) => `${times} ${name}`);
  const filtered = results.reduce((sum, one) => sum + one.filtered, 0);
  const dropped = results.reduce((sum, one) => sum + (one.droppedParts ?? 0), 0);
  if (filtered > 0) parts.push(`${filtered} filtered`);
  if (dropped > 0 && filtered === 0) parts.push(`${dropped} dropped`);
  if (refused !== undefined) parts.push(`refused ${refused}`);
  return parts.join(', ');
}

function firstOf(results: readonly InboundResult[]): object | undefined {
  const { messages, handed = [] } =
    results.find(({ messages, handed }) => messages.length + (handed?.length ?? 0) > 0) ??
    results[0]!;
  const [message] = messages;
  return message ? JSON.parse(message.dataJson) : handed[0] && JSON.parse(handed[0].json).value;
}

describeSamples('what becomes of samples', '', (samples) => {
  const hubs = new Map<string, LoadedHub>();
  const made: string[] = [];

  before(async () => {
    for (const project of projects) {
      const folder = await mkdtemp(join(tmpdir(), 'stockbus-outcomes-'));
      made.push(folder);
      await cp(join(import.meta.dirname, '../..', project), folder, { recursive: true });
      const tables = join(folder, 'config/tables');
      await cp(join(fixtures, 'example-flows/tables'), tables, { recursive: true });
      hubs.set(project, await loadFolder(folder, {}));
    }
  });

  after(async () => {
    for (const folder of made) await rm(folder, { recursive: true });
  });

  it('is listed for each file, and for none that is not there', () => {
    const there = folders.flatMap((folder) =>
      readdirSync(join(samples, folder)).map((file) => `${folder}/${file}`),
    );
    assert.deepEqual(Object.keys(table).sort(), there.sort());
  });

  it('states nothing for a reason that says what the file has', () => {
    for (const [file, one] of Object.entries(table))
      if ('nothing' in one || one.first === undefined) {
        const why = 'nothing' in one ? one.nothing : (one.because ?? '');
        assert.ok(why.split(' ').length > 4, file);
      }
  });

  for (const [file, one] of Object.entries(table)) {
    if ('nothing' in one) continue;
    it(`${file} by ${one.flow}`, async () => {
      const hub = [...hubs.values()].find(({ flows }) =>
        flows.some(({ name }) => name === one.flow),
      );
      assert.ok(hub, one.flow);
      const chunks = createReadStream(join(samples, file));
      const { results, refused } = await flowResults(hub, one.flow, {
        name: basename(file),
        chunks,
      });
      assert.equal(tally(results, refused), one.outcome);
      assert.deepEqual(firstOf(results), one.first);
    }).timeout(20_000);
  }
});
