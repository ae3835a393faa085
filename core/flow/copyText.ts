import { type HandedBody, handedText } from '../handedBatch.ts';
import { exceedsDocument } from '../intake/parkedContent.ts';
import { limits } from '../limits.ts';
import type { SourceRecord } from '../ports.ts';

/** A copy that is much larger than what was made, since it has what that was made of. */
const TIMES_LARGER = 4;

/**
 * A copy of something that others wait for, with what it was read from, for who may have to park it; where that is much more
 * than what was made of it, as of a part of a large record, it goes without.
 */
export function copyText(
  body: Partial<HandedBody> & Pick<HandedBody, 'key' | 'value' | 'record'> & { part?: string },
  members: readonly SourceRecord[],
): string {
  const alone = handedText(body);
  const read = members.map(({ shared: _, open: _open, fault: _fault, ...one }) => one);
  const text = handedText({ ...body, members: read });
  const most = Math.max(limits.awaitedReadBytes, TIMES_LARGER * alone.length);
  return text.length <= most && !exceedsDocument(text) ? text : alone;
}
