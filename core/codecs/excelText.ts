/** How spreadsheets are told that a cell is text and no number: `="00123"`. */
const EXCEL_TEXT = /^="((?:[^"]|"")*)"$/;

/** The text that such a cell means; any other cell as it is. */
export function excelText(cell: string): string {
  if (!cell.startsWith('="')) return cell;
  const text = EXCEL_TEXT.exec(cell)?.[1];
  return text === undefined ? cell : text.replaceAll('""', '"');
}

/** Text that would be read as another, so that it is read as it is. */
export const asExcelText = (text: string): string =>
  EXCEL_TEXT.test(text) ? `="${text.replaceAll('"', '""')}"` : text;
