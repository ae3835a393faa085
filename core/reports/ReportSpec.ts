import type { Books, FieldKind, Page, Paged, RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { ReportParameter } from './parameters.ts';
import type { Query, QueryName } from './Query.ts';
import type { ReportTotals } from './Totals.ts';

/** What a report is made from. */
export interface ReportBooks {
  store: Books;
  policy: StockPolicy;
  /** The moment at which it is asked, RFC 3339 UTC with milliseconds. */
  now: string;
}

export interface ReportColumn {
  field: string;
  /** Over the column of a table; undefined: only in files and answers. */
  title?: string;
  about?: string;
  /** A decimal: stands at the right of a table, and matches the pattern of decimals. */
  isDecimal?: boolean;
  /** What its text is, where it is not empty, as files with types have it. */
  isOf?: 'day' | 'instant';
  /** Says what something costs, in a report that is else of quantities: not for everybody who may read those. */
  isCost?: true;
  /** Left out of a table as long as no row has one; a decimal: one that is not zero. */
  isRare?: boolean;
  /** What a table shows, where that is not the field as it is. */
  text?(row: RecordValue): string;
}

/** The first and the last line of a table, and beside the rows of an answer; some fields of a row. */
export interface ReportBalances {
  opening: RecordValue;
  closing: RecordValue;
}

/**
 * One report: a file with its own of these, and a line in `reports.ts`. Command line, HTTP interface,
 * export and flows all offer it from here.
 */
export interface ReportSpec {
  name: QueryName;
  /** For the help and the summary of its address. */
  about: string;
  parameters: readonly ReportParameter[];
  /** All fields of its rows, in order; rows of one answer have the same fields. */
  columns: readonly ReportColumn[];
  /** Of its rows: the last lines of a table, and beside rows in an answer that has them all. */
  totals?: ReportTotals;
  /** What its rows begin and end with, where the query asks for a period of which that can be said. */
  balances?(books: ReportBooks, query: Query): Promise<ReportBalances | undefined>;
  /** It shows what is known of now alone (what is reserved): its pages are of one moment only where `knownAt` is asked for. */
  isOfNow?: true;
  /** Said where a table has no rows. */
  none: string;
  examples: readonly string[];
  /**
   * Pages of at most `page.limit` rows after `page.after`, each with what to go on from, to the end;
   * at least one. The dates of the query are instants, and `knownAt` is not in the future.
   */
  read(books: ReportBooks, query: Query, page: Page): AsyncIterable<Paged<RecordValue>>;
}

/** A column by field and title; `text` for those that only machines read. */
export const column = (field: string, title: string, about?: string): ReportColumn => ({
  ...{ field, title },
  ...(about === undefined ? {} : { about }),
});
export const decimal = (field: string, title: string, about: string): ReportColumn => ({
  ...{ field, title, about },
  isDecimal: true,
});
export const onDay = (of: ReportColumn): ReportColumn => ({ ...of, isOf: 'day' });
export const inTime = (of: ReportColumn): ReportColumn => ({ ...of, isOf: 'instant' });
export const rare = (field: string, title: string, about?: string): ReportColumn => ({
  ...column(field, title, about),
  isRare: true,
});
export const hidden = (field: string, about?: string): ReportColumn => ({
  field,
  ...(about === undefined ? {} : { about }),
});

/** By field what its text stands for, for formats that have types. */
export const kindsOf = ({ columns }: Pick<ReportSpec, 'columns'>): Record<string, FieldKind> =>
  Object.fromEntries(
    columns.flatMap(({ field, isDecimal, isOf }) => {
      const kind = isDecimal ? 'decimal' : isOf;
      return kind === undefined ? [] : [[field, kind]];
    }),
  );

/** The fields of a store's filter that the query names. */
export function filterOf<Key extends Exclude<keyof Query, 'name'>>(
  query: Query,
  ...keys: readonly Key[]
): Pick<Query, Key> {
  const named = keys.filter((key) => query[key] !== undefined);
  return Object.fromEntries(named.map((key) => [key, query[key]])) as Pick<Query, Key>;
}
