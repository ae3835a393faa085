/**
 * The flows of examples/ over the payloads of their makers: what each makes of each file, parks or filters
 * stands in test/fixtures/example-samples, and no file of a folder that is named there is left out.
 */
import assert from 'node:assert/strict';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isStockbusError } from '../../core/errors.ts';
import type { InboundFlow, InboundResult } from '../../core/flow/compiledFlow.ts';
import type { LoadedHub } from '../../core/flow/loadHub.ts';
import { aboutSample } from '../../core/flow/test/aboutSample.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { describeSamples } from '../samples.ts';
import { testSpool } from '../testSpool.ts';

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/example-samples');

interface Expected {
  /** Folders of the samples, each file of which stands below. */
  folders: string[];
  /** By flow, by payload: what comes of it, line by line. */
  flows: Record<string, Record<string, string[]>>;
  /** Payloads that are of none of the flows, with the reason. */
  others: Record<string, string>;
}

/** `A-100 BER 5`, of each line: what is where, and how much. */
function linesOf(data: unknown): string {
  const { lines = [data] } = data as { lines?: object[] };
  const shown = (lines as Record<string, string | undefined>[]).map((line) => {
    const { sku, line: number, location, pool, lot, status, quantity, unit } = line;
    return [sku ?? number, location ?? pool, lot, status, quantity, unit]
      .filter((part) => part !== undefined)
      .join(' ');
  });
  return shown.join(', ');
}

async function outcomeOf(flow: InboundFlow, path: string): Promise<string[]> {
  const sample = { name: basename(path), body: createReadStream(path) };
  const { about, body } = await aboutSample(flow, sample, Date.parse('2026-03-31T08:30:00Z'));
  const run = flow.makeRun(testSpool(), about);
  const results: InboundResult[] = [];
  const refused: string[] = [];
  try {
    for await (const records of flow.read.codec.read(body, { name: sample.name }))
      results.push(await run.push(records));
    for await (const result of run.flush()) results.push(result);
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    refused.push(`refused ${error.fault.code}`);
  }
  await run.close();
  const made = results.flatMap(({ messages }) =>
    messages.map(({ type, id, dataJson }) =>
      `${type} ${id}: ${linesOf(JSON.parse(dataJson))}`.replace(/: $/, ''),
    ),
  );
  const parked = results.flatMap((result) =>
    result.parked.map(
      ({ faults }) => `parked ${[...new Set(faults.map(({ code }) => code))].join(', ')}`,
    ),
  );
  const filtered = results.reduce((sum, result) => sum + result.filtered, 0);
  return [...made, ...parked, ...refused, ...(filtered > 0 ? [`filtered ${filtered}`] : [])];
}

describeSamples('flows of examples/ over the payloads of their makers', '.', (samples) => {
  let folder: string;
  let hub: LoadedHub;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-examples-'));
    await cp(join(root, 'examples'), folder, { recursive: true });
    // What items and places of these payloads are called with us.
    const tables = join(samples, '../findings/flows/config/tables');
    if (existsSync(tables)) await cp(tables, join(folder, 'config/tables'), { recursive: true });
    hub = await loadFolder(folder, {});
  });

  after(() => rm(folder, { recursive: true }));

  for (const name of readdirSync(fixtures)) {
    const { folders, flows, others } = JSON.parse(
      readFileSync(join(fixtures, name), 'utf8'),
    ) as Expected;

    it(`${name} leaves out no payload`, () => {
      const there = folders.flatMap((one) =>
        readdirSync(join(samples, one)).map((file) => `${one}/${file}`),
      );
      const named = [...Object.values(flows).flatMap(Object.keys), ...Object.keys(others)];
      assert.deepEqual(
        there.filter((path) => !named.includes(path)),
        [],
      );
    });

    for (const [flow, payloads] of Object.entries(flows)) {
      for (const [path, expected] of Object.entries(payloads)) {
        it(`${flow} makes of ${basename(path)} what it should`, async () => {
          const found = hub.flows.find((one) => one.name === flow);
          assert.equal(found?.direction, 'inbound', flow);
          assert.deepEqual(await outcomeOf(found as InboundFlow, join(samples, path)), expected);
        });
      }
    }
  }
});
