/** A hub's folder for one test, and runs of its flows. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FaultList, formatFault, isHint } from '../../../core/errors.ts';
import type { InboundFlow, InboundResult } from '../../../core/flow/compiledFlow.ts';
import type { HubParts } from '../../../core/flow/hubParts.ts';
import { loadHub } from '../../../core/flow/loadHub.ts';
import type { RecordValue, SourceRecord } from '../../../core/ports.ts';
import { testSpool } from '../../testSpool.ts';
import { parts } from './parts.ts';

export const config = `
connectors:
  inbox: { folder: { path: in } }
  outbox: { folder: { path: out } }
  webshop: { http: { url: "http://127.0.0.1:1/hook" } }
`;

export async function inFolder<T>(
  files: Record<string, string | Uint8Array>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'stockbus-flow-'));
  try {
    for (const [name, text] of Object.entries({ 'config/hub.yaml': config, ...files })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `more`: parts instead of those of the tests, such as a step from outside. */
export const load = (
  files: Record<string, string | Uint8Array>,
  env: Record<string, string> = {},
  more: Partial<HubParts> = {},
) => inFolder(files, (folder) => loadHub(folder, { ...parts, ...more, env }));

/** The faults that lint prints, line by line; fails when there is none. */
export async function lint(
  files: Record<string, string | Uint8Array>,
  more: Partial<HubParts> = {},
): Promise<string[]> {
  try {
    await load(files, {}, more);
  } catch (error) {
    if (error instanceof FaultList) {
      return error.faults.filter((fault) => !isHint(fault)).map(formatFault);
    }
    throw error;
  }
  return assert.fail('no fault was found');
}

/** An inbound flow into receipts with these steps. */
export function receipts(steps: string, rest = 'key: Receipt\nto: stock.receive.v1'): string {
  const indented = steps.trim().replaceAll('\n', '\n  ');
  return `flow: receipts\nfrom: { folder: inbox }\nread: csv\nsteps:\n  ${indented}\n${rest}\n`;
}

export async function inbound(
  yaml: string,
  tables: Record<string, string> = {},
  more: Partial<HubParts> = {},
): Promise<InboundFlow> {
  const name = /^flow: (\S+)/m.exec(yaml)?.[1] ?? 'receipts';
  const { flows } = await load({ [`flows/${name}.yaml`]: yaml, ...tables }, {}, more);
  const [flow] = flows;
  assert.ok(flow?.direction === 'inbound');
  return flow;
}

/** All rows in batches of two, to the end. */
export async function run(
  flow: InboundFlow,
  rows: readonly (RecordValue | SourceRecord)[],
  spool = testSpool(),
): Promise<InboundResult> {
  const one = flow.makeRun(spool);
  const whole: InboundResult = { messages: [], parked: [], filtered: 0 };
  const add = (part: InboundResult) => {
    whole.messages.push(...part.messages);
    whole.parked.push(...part.parked);
    whole.filtered += part.filtered;
    if (part.passedOn) whole.passedOn = (whole.passedOn ?? 0) + part.passedOn;
    if (part.handed) whole.handed = [...(whole.handed ?? []), ...part.handed];
    if (part.droppedParts !== undefined)
      whole.droppedParts = (whole.droppedParts ?? 0) + part.droppedParts;
  };
  const records = rows.map((row, index) => (isRead(row) ? row : { value: row, record: index + 1 }));
  for (let at = 0; at < records.length; at += 2) add(await one.push(records.slice(at, at + 2)));
  for await (const part of one.flush()) add(part);
  await one.close();
  const accounted = [...whole.messages, ...whole.parked, ...(whole.handed ?? [])].reduce(
    (sum, part) => sum + part.records,
    whole.filtered + (whole.passedOn ?? 0),
  );
  assert.equal(accounted, rows.length, 'every record is accounted for once');
  return whole;
}

const isRead = (row: RecordValue | SourceRecord): row is SourceRecord =>
  typeof row.record === 'number' && typeof row.value === 'object';

export const data = (result: InboundResult): unknown[] =>
  result.messages.map((message) => message.data);
export const codes = (result: InboundResult): string[][] =>
  result.parked.map((parked) => parked.faults.map((fault) => fault.code));
