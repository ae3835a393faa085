import { codes } from '../errors.ts';
import { charPattern } from './csvOptions.ts';
import type { CsvSyntax } from './csvRow.ts';

/**
 * Takes from the text of a row that cannot be read what `CsvRejects` put behind it, so that it comes
 * back as it first came, however often it is sent. The last such place is taken: never less is left than came.
 */
export function rejectCellsCutter({ delimiter, quote }: CsvSyntax): (row: string) => string {
  const end = charPattern(delimiter);
  const mark = quote === '' ? '' : `${charPattern(quote)}?`;
  const place = new RegExp(
    `${end}${mark}\\d+${mark}${end}${mark}([A-Z][A-Z_]*)${mark}(?=${end})`,
    'g',
  );
  return (row) => {
    let cut = row.length;
    for (const { 1: code = '', index } of row.matchAll(place)) {
      if (Object.hasOwn(codes, code)) cut = index;
    }
    return row.slice(0, cut);
  };
}
