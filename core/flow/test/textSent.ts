/** What flows out of the hub send, written as the hub writes it: in its calls, by its days, in its bytes. */
import { charsetOf, encodingNamed } from '../../codecs/encodings.ts';
import { textOfBytes } from '../../codecs/textBytes.ts';
import { writePages, writeRecords } from '../../deliver/writeRecords.ts';
import type { RecordValue } from '../../ports.ts';
import { factsOfReport } from '../../reports/factsOfReport.ts';
import type { FlowSink, PayloadFormat, ReportFlow } from '../compiledFlow.ts';

/** Nothing where there is no record. Throws what the format refuses. */
export function sinkText(
  { write, batch }: Pick<FlowSink, 'write' | 'batch'>,
  records: readonly RecordValue[],
): string {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < records.length; start += batch)
    parts.push(...writeRecords(said(write).codec, records.slice(start, start + batch)));
  return textOf(write, parts);
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
  return textOf(flow.write, parts);
}

/** As it is before it is packed. */
const said = (write: PayloadFormat): Pick<PayloadFormat, 'contentType' | 'codec'> =>
  write.plain ?? write;

function textOf(write: PayloadFormat, parts: Uint8Array[]): string {
  const { contentType } = said(write);
  const named = encodingNamed(charsetOf(contentType) ?? 'utf-8');
  const encoding = named === undefined || named === 'utf-16' ? 'utf-8' : named;
  return textOfBytes(Buffer.concat(parts), encoding);
}
