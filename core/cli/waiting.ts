import { FaultList, formatFault, isStockbusError, StockbusError } from '../errors.ts';
import { goneStages } from '../flow/goneStages.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import { othersThan } from '../hub/othersThan.ts';
import { limits } from '../limits.ts';
import type { Books, StageRow } from '../ports.ts';
import { rowFrom } from '../stages/leavingBatch.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { releaseStage } from './releaseStage.ts';
import { type Column, TableWriter } from './table.ts';

interface WaitingRow extends Omit<StageRow, 'body' | 'waiting'> {
  /** Left out: what is kept cannot be read. */
  records?: number;
}

const columns: Column<WaitingRow>[] = [
  { title: 'Stage', text: ({ stage }) => stage },
  { title: 'Key', text: ({ key }) => key },
  { title: 'Records', right: true, text: ({ records = 'cannot be read' }) => String(records) },
  { title: 'Since', text: ({ since }) => since },
  { title: 'Until', text: ({ dueAt = '' }) => dueAt },
];

export const waiting: CliCommand = {
  name: 'waiting',
  about:
    'Shows what waits in flows (await, group across payloads, delay): under which key, since when, and until when at the latest something is decided about it; and what waits in steps that no flow has any more, which `release` parks.',
  arguments: [
    {
      name: 'list|release',
      about: 'Show what waits, or park what waits in a step that no flow has any more.',
      choices: ['list', 'release'],
      optional: true,
    },
    { name: 'STAGE', about: 'Which one to release.', optional: true },
  ],
  options: {
    stage: { value: 'STAGE', about: 'Only what waits there.' },
    format: { ...jsonFormat, about: 'Default: text. JSON: a line for each key.' },
  },
  exitCodes: { 1: 'something could not be released, and stays' },
  examples: [
    'stockbus waiting',
    'stockbus waiting --stage supplier-receipts/await-supplier-despatches',
    'stockbus waiting release old-receipts/await-supplier-despatches',
  ],
  async run(invocation) {
    const [action = 'list', name] = invocation.arguments;
    if (action === 'release') {
      if (name !== undefined) return releaseStage(invocation, name);
      throw usageError('STAGE is missing', 'write stockbus waiting release STAGE');
    }
    if (name !== undefined)
      throw usageError(`'${name}' is one argument too many`, `write --stage ${name}`);
    const { store, close } = await openBooks(invocation.folder, invocation.env);
    try {
      if (isJson(invocation)) await listJson(store, invocation);
      else await list(store, invocation);
      invocation.terminal.err(await goneIn(store, invocation));
      return 0;
    } finally {
      await close();
    }
  },
};

/** A line for each row: there may be many. */
async function listJson(store: Books, { options, terminal }: Invocation): Promise<void> {
  for await (const rows of pagesOf(store, options.stage)) {
    for (const { stage, key, records = null, since, dueAt = null } of rows)
      await sayJson(terminal, { stage, key, records, since, until: dueAt });
  }
}

async function list(store: Books, { options, terminal }: Invocation): Promise<void> {
  const table = new TableWriter(columns);
  for await (const rows of pagesOf(store, options.stage)) terminal.out(table.write(rows));
  if (table.rows === 0) terminal.err(['Nothing waits.']);
}

async function* pagesOf(store: Books, stage: string | undefined): AsyncIterable<WaitingRow[]> {
  for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await store.staged(stage === undefined ? {} : { stage }, page);
    yield rows.map(counted).filter(({ records }) => records !== 0);
    after = next;
  }
}

function counted({ body, waiting: records, ...row }: StageRow): WaitingRow {
  try {
    rowFrom(body, `the state of ${row.stage} under '${row.key}'`);
    return { ...row, records };
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
    return row;
  }
}

/** Where a flow cannot be read nobody knows which stages it has, and none is said to be gone. */
async function goneIn(store: Books, { folder, env }: Invocation): Promise<string[]> {
  const kept = await store.stages();
  if (kept.every(({ waiting, outs }) => waiting + outs === 0)) return [];
  try {
    const loaded = await loadFolder(folder, env, undefined, { soundOnly: true });
    const { flows, config, broken = [] } = loaded;
    if (broken.length > 0) return [];
    const others = await othersThan(config, folder, store);
    return goneStages(flows, others.stagesLeft(kept)).map((fault) => `hint: ${formatFault(fault)}`);
  } catch (error) {
    if (error instanceof FaultList || isStockbusError(error)) return [];
    throw error;
  }
}
