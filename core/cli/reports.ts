/** A command for each report: a table for people, or a file's worth of rows for programs. */
import { codecs } from '../catalog.ts';
import { writePages } from '../deliver/writeRecords.ts';
import { nearestName, StockbusError } from '../errors.ts';
import { openBooks } from '../hub/openBooks.ts';
import type { Codec } from '../ports.ts';
import { type Known, openQuery, pagesOfRows } from '../query.ts';
import type { QueryKey, ReportParameter } from '../reports/parameters.ts';
import type { Query, QueryName } from '../reports/Query.ts';
import { kindsOf, type ReportSpec } from '../reports/ReportSpec.ts';
import { reportOf } from '../reports/reports.ts';
import { systemTime } from '../runtime.ts';
import type { CliCommand, Invocation, OptionSpec } from './command.ts';
import { usageError } from './command.ts';
import { tablePages, writeReport } from './reportTable.ts';
import type { Terminal } from './terminal.ts';

export const fileFormats = ['csv', 'json', 'xml', 'xlsx', 'parquet'] as const;

/** `knownAt` → `known-at` */
const optionOf = ({ name }: ReportParameter): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const reportOptions = (parameters: readonly ReportParameter[]): Record<string, OptionSpec> =>
  Object.fromEntries(
    parameters.map((parameter) => [
      optionOf(parameter),
      {
        value: parameter.value,
        about: parameter.about,
        ...(parameter.schema.enum ? { choices: parameter.schema.enum as string[] } : {}),
      },
    ]),
  );

/** The query that options ask for. Throws CLI_USAGE for a value that is none. */
export function queryOf({ name, parameters }: ReportSpec, options: Invocation['options']): Query {
  const asked: Partial<Record<QueryKey, unknown>> = {};
  for (const parameter of parameters) {
    const option = optionOf(parameter);
    const text = options[option];
    if (text === undefined) continue;
    const value = parameter.read(text);
    if (value === undefined) {
      throw usageError(`--${option} does not take '${text}'`, `write ${parameter.shape}`);
    }
    asked[parameter.key] = value;
  }
  return { name, ...asked } as Query;
}

/** Refuses options that another report knows, but not this one. */
export function refuseOthers(
  { name, parameters }: ReportSpec,
  options: Invocation['options'],
  common: readonly string[],
): void {
  const known = [...parameters.map(optionOf), ...common];
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    const near = nearestName(option, known);
    throw usageError(
      `${name} knows no option '--${option}'`,
      near ? `did you mean '--${near}'?` : `known: ${known.map((one) => `--${one}`).join(', ')}`,
    );
  }
}

export function reportCommand(query: QueryName): CliCommand {
  const report = reportOf(query);
  const { name, about, parameters, examples } = report;
  const takesSku = parameters.some(({ key }) => key === 'sku');
  return {
    name,
    about,
    arguments: takesSku ? [{ name: 'SKU', about: 'Only this SKU.', optional: true }] : [],
    options: {
      ...reportOptions(parameters),
      format: {
        value: 'FORMAT',
        about: 'Default: table.',
        choices: ['table', ...fileFormats],
      },
    },
    examples,
    async run({ arguments: [argument], options, folder, env, terminal }) {
      const query = queryOf(report, withSku(options, argument));
      const { format = 'table' } = options;
      const opened = await openBooks(folder, env);
      try {
        const { stock } = opened.config;
        const open = await openQuery(opened.store, stock, query, systemTime);
        if (open.known) terminal.err([knownLine(open.known)]);
        if (format === 'table') {
          await writeReport(report, tablePages(report, open, stock.minorDigits), terminal);
        } else {
          const facts = { kinds: kindsOf(report) };
          const pages = pagesOfRows(open);
          const body = writePages(codecOf(format), pages, fieldsOfReport(report), facts);
          await writeOut(terminal, body);
        }
        return 0;
      } finally {
        await opened.close();
      }
    },
  };
}

/** Said beside the rows, which may go into a file. */
export const knownLine = ({ at, isEarlier }: Known): string =>
  `As known at ${at}${isEarlier ? '; what is recorded from now on may lie after that' : ''}.`;

/** `stock A-100` and `stock --sku A-100` are the same; both at once only where they agree. */
function withSku(
  options: Invocation['options'],
  argument: string | undefined,
): Invocation['options'] {
  if (argument === undefined) return options;
  if (options.sku !== undefined && options.sku !== argument) {
    throw usageError(`'${argument}' and --sku '${options.sku}' are two SKUs`, 'name one of them');
  }
  return { ...options, sku: argument };
}

/** The codec as it writes for people, but for what is asked for. */
export function codecOf(format: string, asked: Readonly<Record<string, string>> = {}): Codec {
  const spec = codecs.find(({ name }) => name === format);
  if (!spec) throw new StockbusError('INTERNAL', `there is no codec ${format}`);
  const refuse = (): never => {
    throw usageError(`${format} knows no ${Object.keys(asked).join(', ')}`, 'leave it out');
  };
  return spec.codec(undefined, spec.writeOptions.read({ ...spec.forPeople, ...asked }, [], refuse));
}

export const fieldsOfReport = ({ columns }: ReportSpec): string[] =>
  columns.map(({ field }) => field);

export async function writeOut(terminal: Terminal, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) await terminal.outBytes(chunk);
}
