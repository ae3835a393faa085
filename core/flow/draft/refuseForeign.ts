/** Samples of formats that no flow reads: drafted as CSV they would be a flow that is wrong from its first line. */
import { StockbusError } from '../../errors.ts';
import type { CodecSpec } from '../../ports.ts';

const formats: readonly (readonly [begins: RegExp, name: string])[] = [
  [/^(?:UNA.{6}\s*)?UNB[^A-Za-z0-9]|^UNA[^A-Za-z0-9]/s, 'EDIFACT'],
  [/^ISA[^A-Za-z0-9]/, 'X12'],
  [/^STX=/, 'TRADACOMS'],
  [/^EDI_DC/, 'a flat IDoc of SAP'],
  [/^%PDF-/, 'a PDF'],
  [/^PAR1/, 'a Parquet file'],
  [/^\u00d0\u00cf\p{Cc}\u00e0/u, 'an Excel file of before 2007'],
];

/** Throws FLOW_UNKNOWN_CODEC. */
export function refuseForeign(bytes: Uint8Array, name: string, codecs: readonly CodecSpec[]): void {
  const text = Buffer.from(bytes.subarray(0, BYTES)).toString('latin1');
  const start = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  const format = formats.find(([begins]) => begins.test(start))?.[1];
  if (format === undefined && isFixedWidth(text)) throw unseen(name);
  if (format === undefined) return;
  const known = codecs
    .filter(({ unread }) => unread === undefined)
    .map((codec) => codec.name)
    .join(', ');
  const message = `'${name}' looks like ${format}, which is none of the formats that a flow reads (${known})`;
  throw new StockbusError('FLOW_UNKNOWN_CODEC', message, undefined, {
    todo: 'have its sender, or a converter, write one of these, and draft from that',
  });
}

/** No text says by itself where its fields stand. */
const unseen = (name: string): StockbusError =>
  new StockbusError(
    'FLOW_UNKNOWN_CODEC',
    `'${name}' looks like rows of fixed width, or of one column, and does not say where its fields stand`,
    undefined,
    { todo: 'write the flow by its description: `read: { fixed: { fields: { sku: 1-10 } } }`' },
  );

/** Of a sample, for what it begins with and how its first lines are cut. */
const BYTES = 16_384;

/** Lines that no delimiter cuts into cells, or hardly one of them. */
function isFixedWidth(text: string): boolean {
  const whole = text.length < BYTES ? text : text.slice(0, text.lastIndexOf('\n'));
  const lines = whole.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  if (lines.length < 2 || /^[\s\ufeff]*[<{[]/.test(text) || text.includes('\0')) return false;
  return [',', ';', '\t', '|'].every((delimiter) => {
    const cells = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length);
    return cells.filter((count) => count > 1).length * 2 < lines.length;
  });
}
