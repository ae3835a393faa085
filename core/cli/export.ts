import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { codecs } from '../catalog.ts';
import { writePages } from '../deliver/writeRecords.ts';
import { StockbusError } from '../errors.ts';
import type { Query, QueryName } from '../flow/compiledFlow.ts';
import type { Codec } from '../ports.ts';
import { queryRows } from '../query.ts';
import { checkAsOf } from './asOf.ts';
import type { CliCommand } from './command.ts';
import { openStore } from './openHub.ts';
import { asOfOption } from './stock.ts';
import type { Terminal } from './terminal.ts';

const queries: readonly QueryName[] = ['stock', 'ledger', 'valuation'];
const formats = ['csv', 'json', 'xml'] as const;

export const exportCommand: CliCommand = {
  name: 'export',
  about: 'Writes stock, ledger or valuation as a file or to standard output, whatever its size.',
  arguments: [
    { name: 'WHAT', about: 'What to write: stock, ledger or valuation.', choices: queries },
  ],
  options: {
    format: { value: 'FORMAT', about: 'Default: csv.', choices: formats },
    'as-of': asOfOption,
    out: { value: 'FILE', about: 'File to write. Left out: standard output.' },
  },
  examples: [
    'stockbus export valuation --format csv --as-of 2026-03-31 --out valuation.csv',
    'stockbus export ledger --format json | head',
  ],
  async run({ arguments: [what], options, folder, workingFolder, env, terminal }) {
    const asOf = checkAsOf(options['as-of']);
    const query: Query = {
      name: queries.find((known) => known === what)!,
      ...(asOf === undefined ? {} : { asOf }),
    };
    const codec = codecOf(options.format ?? 'csv');
    const opened = await openStore(folder, env);
    try {
      const body = writePages(codec, queryRows(opened.store, opened.config.stock, query));
      if (options.out === undefined) await writeOut(terminal, body);
      else await writeFile(resolve(workingFolder, options.out), body);
      return 0;
    } finally {
      await opened.close();
    }
  },
};

function codecOf(format: string): Codec {
  const spec = codecs.find(({ name }) => name === format);
  if (!spec) throw new StockbusError('INTERNAL', `there is no codec ${format}`);
  return spec.codec(undefined, undefined);
}

async function writeOut(terminal: Terminal, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) await terminal.outBytes(chunk);
}

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
