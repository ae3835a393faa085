/** What to do about an encoding, by who stated it: only what that one says can be corrected there. */

import { incompleteBytes, wordAt } from './byteChunks.ts';
import { bytesToText } from './bytesToText.ts';
import type { Encoding } from './encodings.ts';

/** Who can say how bytes become text, as messages name it. */
export type EncodingSpeaker =
  | 'the flow'
  | 'the content type'
  | 'the byte order mark'
  | 'the first bytes'
  | 'the XML declaration';

const isSeenInBytes = (who: EncodingSpeaker): boolean =>
  who === 'the byte order mark' || who === 'the first bytes';

/** How to have a payload read as `encoding`, where those `by` say something else. */
export function restate(by: readonly EncodingSpeaker[], encoding: string): string {
  const ways: string[] = [];
  if (by.includes('the flow') || by.length === 0)
    ways.push(`write \`encoding: ${encoding}\` under \`read\``);
  if (by.includes('the content type'))
    ways.push(`have the sender state \`charset=${encoding}\` in its content type`);
  if (by.includes('the XML declaration'))
    ways.push(`have the sender declare \`encoding="${encoding}"\` in its XML`);
  return ways.join(', and ');
}

/** What to do where two contradict each other. */
export function reconcile(
  one: { who: EncodingSpeaker; encoding: string },
  other: { who: EncodingSpeaker; encoding: string },
): string {
  for (const [seen, said] of [
    [one, other],
    [other, one],
  ] as const) {
    if (isSeenInBytes(seen.who) && !isSeenInBytes(said.who))
      return restate([said.who], seen.encoding);
  }
  for (const [flow, sender] of [
    [one, other],
    [other, one],
  ] as const) {
    if (flow.who !== 'the flow') continue;
    const told = `if ${sender.who} is right, write \`encoding: auto\` under \`read\``;
    return `${told}; if the flow is, ${restate([sender.who], flow.encoding)}`;
  }
  return 'have the sender say in both what it writes, or leave one out';
}

/** What to do about a byte that is not valid in the encoding that those `by` say. */
export function bytesRemedy(
  encoding: Encoding,
  by: readonly EncodingSpeaker[],
  bytes: Uint8Array,
  at: number,
): string {
  if (by.some(isSeenInBytes)) return `have the sender write ${encoding} throughout`;
  const likely = likelyEncodings(encoding).find((other) => {
    const end = bytes.length - incompleteBytes(bytes, other);
    return bytesToText(other)(bytes.subarray(0, end)) !== undefined;
  });
  if (likely === undefined) {
    const todo = restate(by, '<name>');
    return `find out which encoding the sender uses and ${todo}, or have the sender write UTF-8 and say so`;
  }
  const text = bytesToText(likely)(wordAt(bytes, at, likely)) ?? '';
  return `most likely it is ${likely}, in which it reads '${text}': ${restate(by, likely)}, or have the sender write UTF-8 and say so`;
}

/** What may be meant where bytes are not valid in an encoding; those that are not valid in it, too, fall out. */
function likelyEncodings(encoding: Encoding): Encoding[] {
  const windows = WINDOWS[encoding];
  const western: Encoding[] = ['windows-1252', 'cp850'];
  if (encoding === 'us-ascii') return ['utf-8', ...western];
  if (encoding === 'utf-8') return western;
  if (encoding.startsWith('utf-16')) return ['utf-8'];
  return [...(windows ? [windows] : []), ...western].filter((other) => other !== encoding);
}

/** Who writes 0x80 to 0x9F as ISO-8859 means the Windows encoding of the same letters. */
const WINDOWS: Partial<Record<Encoding, Encoding>> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-2': 'windows-1250',
  'iso-8859-5': 'windows-1251',
  'iso-8859-7': 'windows-1253',
  'iso-8859-9': 'windows-1254',
};
