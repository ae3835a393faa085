/** What the answers of reports look like, made of what the reports say of themselves. */
import type { QueryName } from '../../reports/Query.ts';
import type { ReportSpec } from '../../reports/ReportSpec.ts';
import { reports } from '../../reports/reports.ts';
import type { JsonSchema } from '../../spec.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { type Shapes, shape } from '../shape.ts';

/** `slow-movers` → `SlowMovers` */
const nameOf = ({ name }: ReportSpec): string =>
  name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const columnShapes = ({ columns }: ReportSpec): Shapes =>
  Object.fromEntries(columns.map((one) => [one.field, columnShape(one)]));

const rows = new Map(
  reports.map((report): [QueryName, NamedSchema] => [
    report.name,
    new NamedSchema(`${nameOf(report)}Row`, shape.object(columnShapes(report))),
  ]),
);

/** `StockRow`, `LedgerRow`, … */
export const rowSchemaOf = (name: QueryName): NamedSchema => rows.get(name)!;

function columnShape({ about, isDecimal }: ReportSpec['columns'][number]): JsonSchema {
  return {
    type: 'string',
    ...(isDecimal ? { pattern: '^(-?\\d+(\\.\\d+)?)?$' } : {}),
    ...(about === undefined ? {} : { description: about }),
  };
}

const knownAt = shape.text(
  'Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At.',
);

/** What stands beside the rows of a report. */
export const reportFacts = (report: ReportSpec): Shapes => ({
  knownAt,
  ...(report.totals ? { totals: totalsShape(report) } : {}),
  ...(report.balances ? balanceShapes(report) : {}),
});

export const listSchemaOf = (report: ReportSpec): NamedSchema =>
  new NamedSchema(
    `${nameOf(report)}List`,
    shape.page(rowSchemaOf(report.name), {}, reportFacts(report)),
  );

function balanceShapes(report: ReportSpec): Shapes {
  const balance = (when: string): JsonSchema => ({
    ...shape.object({}, columnShapes(report)),
    description: `What there was of the SKU ${when}. Only where all entries of one SKU are asked for from a date on.`,
  });
  return {
    opening: balance('before the first moment of the period'),
    closing: balance('at its end'),
  };
}

function totalsShape(report: ReportSpec): JsonSchema {
  const { by, amounts, quantities = [] } = report.totals!;
  const groups = by === undefined ? '' : `, of each ${by} where there are several, and last of all`;
  const within = quantities.length === 0 ? '' : '; quantities only of one SKU';
  const sums = [...quantities, ...amounts];
  const total = new NamedSchema(
    `${nameOf(report)}Total`,
    shape.object(
      { currency: shape.text() },
      {
        ...(by === undefined ? {} : { [by]: shape.text() }),
        ...Object.fromEntries(sums.map((field) => [field, shape.decimal()])),
      },
    ),
  );
  return shape.list(
    total,
    `Sums (${sums.join(', ')}) over all rows${groups}${within}. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows.`,
  );
}
