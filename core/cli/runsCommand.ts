import { openBooks } from '../hub/openBooks.ts';
import { type RunRow, reportRunsPage, runStates } from '../jobs/reportRunsPage.ts';
import { rowsOf } from '../rowsOf.ts';
import type { CliCommand } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { type Column, TableWriter } from './table.ts';

const columns: Column<RunRow>[] = [
  { title: 'Report', text: ({ flow }) => flow },
  { title: 'Due', text: ({ due }) => due },
  { title: 'State', text: ({ state }) => state },
  { title: 'Written', text: ({ writtenAt }) => writtenAt },
  { title: 'Bytes', right: true, text: ({ bytes }) => bytes },
  { title: 'Failed', right: true, text: ({ attempts }) => (attempts === '0' ? '' : attempts) },
  { title: 'Why', wraps: true, text: ({ code, message }) => `${code} ${message}`.trim() },
];

export const runsCommand: CliCommand = {
  name: 'runs',
  about:
    'Shows for which times reports were written by their schedules, for which they failed, and which are open: the last hundred of each report.',
  arguments: [{ name: 'REPORT', about: 'Only those of this one.', optional: true }],
  options: {
    state: { value: 'STATE', about: 'Only those in it.', choices: [...runStates] },
    format: { ...jsonFormat, about: 'Default: text. JSON: a line for each run.' },
  },
  examples: ['stockbus runs', 'stockbus runs valuation-daily --state failed'],
  async run(invocation) {
    const { options, terminal } = invocation;
    const [flow] = invocation.arguments;
    const filter = {
      ...(flow === undefined ? {} : { flow }),
      ...(options.state === undefined ? {} : { state: options.state }),
    };
    const { store, close } = await openBooks(invocation.folder, invocation.env);
    try {
      const table = new TableWriter(columns, terminal);
      for await (const row of rowsOf((page) => reportRunsPage(store, filter, page))) {
        if (isJson(invocation)) await sayJson(terminal, row);
        else terminal.out(table.write([row]));
      }
      if (table.rows === 0 && !isJson(invocation)) terminal.err(['There are no such runs.']);
      return 0;
    } finally {
      await close();
    }
  },
};
