/** How an API says where its next page is. */
import type { FoundAnswer } from '../calls/HttpCaller.ts';
import { parsedJson, textAt } from './jsonPointer.ts';

/**
 * In a header Link (RFC 8288), as an address in the body, or as a cursor in the body that goes into the query. A cursor that is
 * kept is where the next look begins, for a feed that goes on for ever.
 */
export type NextPage =
  | { kind: 'link' }
  | { kind: 'url'; at: string }
  | { kind: 'cursor'; at: string; parameter: string; isKept: boolean };

/** The address of the next page, as the answer has it; undefined on the last one. */
export function nextPage(
  how: NextPage,
  { headers, body }: FoundAnswer,
  from: URL,
): string | undefined {
  if (how.kind === 'link') return linkedNext(String(headers.link ?? ''));
  const found = textAt(parsedJson(body), how.at);
  if (found === undefined || how.kind === 'url') return found;
  const next = new URL(from);
  next.searchParams.set(how.parameter, found);
  return next.href;
}

/** An address and its parameters, in which what is quoted may hold commas. */
const LINK = /<([^<>]*)>((?:[^,<"]|"(?:[^"\\]|\\.)*")*)/g;

function linkedNext(header: string): string | undefined {
  for (const [, address, parameters = ''] of header.matchAll(LINK)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters);
    const names = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return address;
  }
  return undefined;
}
