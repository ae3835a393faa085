/** What flows out of the hub send, written as the hub writes it: in its calls, by its days, in its bytes. */
import { charsetOf, encodingNamed } from '../../codecs/encodings.ts';
import { textOfBytes } from '../../codecs/textBytes.ts';
import { payloadOf, writePages } from '../../deliver/writeRecords.ts';
import type { RecordValue } from '../../ports.ts';
import { factsOfReport } from '../../reports/factsOfReport.ts';
import type { FlowSink, PayloadFormat, ReportFlow } from '../compiledFlow.ts';

/** Nothing where there is no record. Throws what the format refuses. */
export async function sinkText(
  { write, batch }: Pick<FlowSink, 'write' | 'batch'>,
  records: readonly RecordValue[],
): Promise<string> {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < records.length; start += batch)
    for await (const part of payloadOf(said(write).codec, records.slice(start, start + batch)))
      parts.push(part);
  return textOf(write, parts, records);
}

/** What a report says when it is written at that time. Throws what the format refuses. */
export async function reportText(
  flow: ReportFlow,
  pages: readonly (readonly RecordValue[])[],
  nowMs: number,
): Promise<string> {
  async function* all() {
    yield* pages;
  }
  const parts: Uint8Array[] = [];
  const facts = factsOfReport(flow.queryAt(nowMs), nowMs);
  for await (const part of writePages(said(flow.write).codec, all(), flow.fields, facts))
    parts.push(part);
  return textOf(flow.write, parts, pages.flat());
}

/** As it is before it is packed. */
const said = (write: PayloadFormat): Pick<PayloadFormat, 'contentType' | 'codec'> =>
  write.plain ?? write;

/** Of what is no text its records, each as JSON in a line. */
function textOf(
  write: PayloadFormat,
  parts: Uint8Array[],
  records: readonly RecordValue[],
): string {
  const { contentType, codec } = said(write);
  if (codec.payload) return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const named = encodingNamed(charsetOf(contentType) ?? 'utf-8');
  const encoding = named === undefined || named === 'utf-16' ? 'utf-8' : named;
  return textOfBytes(Buffer.concat(parts), encoding);
}
