import { queryRows } from '../query.ts';
import { checkAsOf } from './asOf.ts';
import type { CliCommand } from './command.ts';
import { openStore } from './openHub.ts';
import { asOfOption, cell } from './stock.ts';
import { TableWriter } from './table.ts';

const columns = [
  cell('sku', 'SKU'),
  cell('seq', 'Seq', true),
  cell('at', 'Business time'),
  cell('kind', 'Kind'),
  cell('from', 'From'),
  cell('to', 'To'),
  cell('quantity', 'Quantity', true),
  cell('value', 'Value', true),
  cell('currency', ''),
  cell('document', 'Document'),
  cell('line', 'Line'),
  cell('reason', 'Reason'),
];

export const ledger: CliCommand = {
  name: 'ledger',
  about:
    'Shows the entries behind the balances: who moved what, from where to where, at what value.',
  arguments: [{ name: 'SKU', about: 'Only this SKU.', optional: true }],
  options: {
    document: { value: 'NUMBER', about: 'Only entries of this document.' },
    'as-of': asOfOption,
  },
  examples: ['stockbus ledger ESP-1KG', 'stockbus ledger --document WE-26-0311'],
  async run({ arguments: [sku], options, folder, env, terminal }) {
    const asOf = checkAsOf(options['as-of']);
    const { document } = options;
    const opened = await openStore(folder, env);
    try {
      const query = {
        name: 'ledger' as const,
        ...(sku === undefined ? {} : { sku }),
        ...(document === undefined ? {} : { document }),
        ...(asOf === undefined ? {} : { asOf }),
      };
      const table = new TableWriter(columns);
      for await (const rows of queryRows(opened.store, opened.config.stock, query)) {
        terminal.out(table.write(rows));
      }
      if (table.rows === 0) terminal.err('There are no entries of that kind.\n');
      return 0;
    } finally {
      await opened.close();
    }
  },
};
