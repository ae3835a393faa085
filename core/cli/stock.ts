import type { RecordValue } from '../ports.ts';
import { queryRows } from '../query.ts';
import { checkAsOf } from './asOf.ts';
import type { CliCommand } from './command.ts';
import { openStore } from './openHub.ts';
import type { Column } from './table.ts';
import { TableWriter } from './table.ts';

export const cell = (field: string, title = field, right = false): Column<RecordValue> => ({
  title,
  right,
  text: (row) => String(row[field] ?? ''),
});

export const asOfOption = {
  value: 'DATE',
  about: 'As it was at the end of this day (UTC), or at this time.',
};

const columns = [
  cell('sku', 'SKU'),
  cell('location', 'Location'),
  cell('lot', 'Lot'),
  cell('status', 'Status'),
  cell('onHand', 'On hand', true),
  cell('reserved', 'Reserved', true),
  cell('available', 'Available', true),
];

export const stock: CliCommand = {
  name: 'stock',
  about: 'Shows what lies where: every balance, or those of one SKU or location.',
  arguments: [{ name: 'SKU', about: 'Only this SKU.', optional: true }],
  options: {
    location: {
      value: 'CODE',
      about: 'Only this place; places outside (supplier, customer, …) are shown only by name.',
    },
    'as-of': asOfOption,
  },
  examples: ['stockbus stock ESP-1KG', 'stockbus stock --location BER --as-of 2026-03-31'],
  async run({ arguments: [sku], options, folder, env, terminal }) {
    const asOf = checkAsOf(options['as-of']);
    const place = options.location;
    const opened = await openStore(folder, env);
    try {
      const query = {
        name: 'stock' as const,
        ...(sku === undefined ? {} : { sku }),
        ...(place === undefined ? {} : { place }),
        ...(asOf === undefined ? {} : { asOf }),
      };
      const table = new TableWriter(columns);
      for await (const rows of queryRows(opened.store, opened.config.stock, query)) {
        terminal.out(table.write(rows));
      }
      if (table.rows === 0) terminal.err('There is no stock of that kind.\n');
      return 0;
    } finally {
      await opened.close();
    }
  },
};
