import type { Payload } from '../../ports.ts';
import type { FlowCase } from './testFields.ts';

/** What a request says of itself: headers by their names in lower case, and the type that one of them names. */
export function headersOf({
  headers,
}: Pick<FlowCase, 'headers'>): Pick<Payload, 'headers' | 'contentType'> {
  if (!headers) return {};
  const entries = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]);
  const all: Record<string, string> = Object.fromEntries(entries);
  const contentType = all['content-type'];
  return { headers: all, ...(contentType === undefined ? {} : { contentType }) };
}
