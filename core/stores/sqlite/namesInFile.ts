import { type NameBooks, type NameKind, namesFrom } from '../../ports.ts';
import { NAMED } from './historyInFile.ts';
import type { StoreFile } from './StoreFile.ts';

/** Column, table, and what is true of its rows; an index begins with each column, after what is true. */
const LISTS: Readonly<Record<NameKind, readonly [string, string, string?][]>> = {
  sku: [['sku', 'skus']],
  location: [
    ['place', 'sku_places'],
    ['location', 'locations'],
  ],
  lot: [['lot', 'lots']],
  document: [['document', 'documents']],
  reference: [
    ['reference', 'documents', "reference <> ''"],
    ['reference', 'reservations', "reference <> ''"],
  ],
  order: [['name', 'log', "about = 'order'"]],
  reservation: [['id', 'reservations']],
  partner: [['partner', 'partners']],
  file: [['name', 'payloads', NAMED]],
};

export const namesInFile = (file: StoreFile): NameBooks => ({
  names(kind, start, limit) {
    const lists = LISTS[kind].map(([column, table, where = 'TRUE']) => {
      const one = `SELECT ${column} FROM ${table} WHERE ${where} AND ${column}`;
      const first = `ORDER BY ${column} LIMIT 1`;
      return (from: string, isAfter: boolean) => {
        const sql = `${one} ${isAfter ? '>' : '>='} ? ${first}`;
        return file.read((statements) => statements.column(sql, [from])[0]);
      };
    });
    return namesFrom(start, limit, lists);
  },
});
