import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writePages } from '../deliver/writeRecords.ts';
import { StockbusError } from '../errors.ts';
import { openBooks } from '../hub/openBooks.ts';
import { queryRows } from '../query.ts';
import type { ReportParameter } from '../reports/parameters.ts';
import { queryNames } from '../reports/Query.ts';
import { kindsOf } from '../reports/ReportSpec.ts';
import { reports } from '../reports/reports.ts';
import { systemTime } from '../runtime.ts';
import type { CliCommand, OptionSpec } from './command.ts';
import { commonOptions } from './command.ts';
import {
  codecOf,
  fieldsOfReport,
  fileFormats,
  knownLine,
  queryOf,
  refuseOthers,
  reportOptions,
  writeOut,
} from './reports.ts';

const own = {
  format: {
    value: 'FORMAT',
    about: 'Default: as the name of FILE ends, or csv.',
    choices: fileFormats,
  },
  formulas: {
    value: 'HOW',
    about: 'Formulas in CSV, which people open: neutralise (default), or keep for machines.',
    choices: ['neutralise', 'keep'],
  },
  out: { value: 'FILE', about: 'File to write. Left out: standard output.' },
} as const satisfies Record<string, OptionSpec>;

/** By name: those of one name mean the same in every report, but for what they choose from. */
const parameters: ReportParameter[] = [
  ...new Map(
    reports
      .flatMap((report) => report.parameters)
      .map((parameter) => [parameter.name, withoutChoices(parameter)]),
  ).values(),
];

function withoutChoices(parameter: ReportParameter): ReportParameter {
  if (parameter.key !== 'by' && parameter.key !== 'days') return parameter;
  const about = parameter.key === 'by' ? 'What a row is.' : 'A number of days.';
  return { ...parameter, about: `${about} See stockbus REPORT --help.`, schema: {} };
}

export const exportCommand: CliCommand = {
  name: 'export',
  about: 'Writes any report as a file or to standard output, whatever its size.',
  arguments: [
    { name: 'WHAT', about: `What to write: ${queryNames.join(', ')}.`, choices: queryNames },
  ],
  options: { ...reportOptions(parameters), ...own },
  examples: [
    'stockbus export valuation --format csv --as-of 2026-03-31 --out valuation.csv',
    'stockbus export valuation --as-of 2026-03-31 --out valuation.xlsx',
    'stockbus export ledger --format json | head',
  ],
  async run({ arguments: [what], options, folder, workingFolder, env, terminal }) {
    const report = reports.find(({ name }) => name === what)!;
    refuseOthers(report, options, [...Object.keys(own), ...Object.keys(commonOptions)]);
    const query = queryOf(report, options);
    const { format = formatOfFile(options.out), formulas } = options;
    const codec = codecOf(format, formulas === undefined ? {} : { formulas });
    const opened = await openBooks(folder, env);
    try {
      const rows = queryRows(opened.store, opened.config.stock, query, systemTime, (known) =>
        terminal.err([knownLine(known)]),
      );
      const facts = { kinds: kindsOf(report) };
      const body = writePages(codec, rows, fieldsOfReport(report), facts);
      if (options.out === undefined) await writeOut(terminal, body);
      else await writeFile(resolve(workingFolder, options.out), body);
      return 0;
    } finally {
      await opened.close();
    }
  },
};

const formatOfFile = (name = ''): string =>
  fileFormats.find((format) => name.toLowerCase().endsWith(`.${format}`)) ?? 'csv';

/** Under a temporary name first, so that nobody reads half a file and no old one is lost by a fault. */
async function writeFile(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      for await (const chunk of body) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || error instanceof StockbusError) throw error;
    throw new StockbusError('FILE_UNWRITABLE', `'${path}' cannot be written (${code})`, undefined, {
      cause: error,
    });
  }
}
