/** How a formula can begin, in the full-width forms too that spreadsheets take for the same. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^\s*[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?\s*$/;
/** What a spreadsheet may take for the end of a cell, whatever the file has. */
const PARTS = /([;,\t|\r\n]?)([^;,\t|\r\n]*)/g;

/**
 * Text of a cell that no spreadsheet runs: an apostrophe stands before what it would take for a formula.
 * That counts for each part behind a semicolon, comma, tab, bar or line break too, since a spreadsheet
 * that expects another delimiter cuts the cell there. `delimiter` is the file's own, at which a quoted
 * cell is cut by nobody who knows it.
 */
export function withoutFormulas(text: string, delimiter: string): string {
  if (NUMBER.test(text)) return text;
  const start = /^[\t\r\n]/.test(text) ? "'" : '';
  return (
    start +
    text.replace(PARTS, (part, mark: string, rest: string) => {
      const cuts = mark !== delimiter || mark === '';
      return cuts && FORMULA.test(rest) && !NUMBER.test(rest) ? `${mark}'${rest}` : part;
    })
  );
}
