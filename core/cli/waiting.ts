import { StockbusError } from '../errors.ts';
import { openBooks } from '../hub/openBooks.ts';
import { limits } from '../limits.ts';
import type { StageRow } from '../ports.ts';
import { waitingIn } from '../stages/leavingBatch.ts';
import type { CliCommand } from './command.ts';
import { type Column, TableWriter } from './table.ts';

interface WaitingRow extends Omit<StageRow, 'body'> {
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
    'Shows what waits in flows (await, group across payloads, delay): under which key, since when, and until when at the latest something is decided about it.',
  arguments: [],
  options: { stage: { value: 'FLOW/STEP', about: 'Only what waits there.' } },
  examples: ['stockbus waiting', 'stockbus waiting --stage supplier-receipts/await'],
  async run({ folder, env, options, terminal }) {
    const { stage } = options;
    const { store, close } = await openBooks(folder, env);
    try {
      const table = new TableWriter(columns);
      for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
        const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
        const { rows, next } = await store.staged(stage === undefined ? {} : { stage }, page);
        terminal.out(table.write(rows.map(counted).filter(({ records }) => records !== 0)));
        after = next;
      }
      if (table.rows === 0) terminal.err(['Nothing waits.']);
      return 0;
    } finally {
      await close();
    }
  },
};

function counted({ body, ...row }: StageRow): WaitingRow {
  try {
    return { ...row, records: waitingIn(body, `the state of ${row.stage} under '${row.key}'`) };
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
    return row;
  }
}
