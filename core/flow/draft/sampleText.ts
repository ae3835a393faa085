/** The bytes of a sample as text, and in which encoding a flow has to read them. */
import { bytesToText } from '../../codecs/bytesToText.ts';
import type { Encoding } from '../../codecs/encodings.ts';
import { findEncoding } from '../../codecs/findEncoding.ts';
import { isNoLatin, otherScript } from './otherScript.ts';

export interface SampleText {
  text: string;
  /** As the flow must state it: that of a text which says nothing of it, and is not UTF-8. */
  encoding?: Encoding;
  /** What is to be decided about that. */
  open?: string;
}

/** Those of letters from A to Z with marks; of several that fit as well, the first is the likeliest. */
const candidates: readonly Encoding[] = ['windows-1252', 'cp850', 'windows-1250', 'iso-8859-1'];

/** Of a sample, for what shows its encoding. */
const HEAD = 256;
/** What is weighed of it. */
const WEIGHED = 1_000_000;
/** On each side of a letter that is shown. */
const SHOWN = 20;

/** Throws what `findEncoding` says of bytes that are no text. */
export function sampleText(bytes: Uint8Array, name: string): SampleText {
  const { encoding: found, markBytes } = findEncoding(bytes.subarray(0, HEAD), {
    ...{ encoding: 'auto', name },
  });
  const own = bytesToText(found)(bytes.subarray(markBytes));
  if (own !== undefined) return { text: own };
  if (found !== 'utf-8' || markBytes > 0) return { text: new TextDecoder(found).decode(bytes) };
  const read = candidates.flatMap((encoding) => {
    const text = bytesToText(encoding)(bytes);
    return text === undefined ? [] : [{ encoding, text, likeness: likeness(text) }];
  });
  const [first, ...others] = read;
  if (!first) return { text: new TextDecoder().decode(bytes) };
  const latin = others.reduce(
    (best, one) => (one.likeness > Math.max(best.likeness, first.likeness + 1) ? one : best),
    first,
  );
  const { encoding, text } = (isNoLatin(latin.text) ? otherScript(bytes) : undefined) ?? latin;
  const shown = wordAround(text, text.search(/[^\p{ASCII}]/u));
  const open = `encoding: it is not UTF-8, and says nothing else; in ${encoding} it reads '${shown}'`;
  return { text, encoding, open };
}

/** Letters with marks stand among letters, other signs do not: by how much more of them do. */
function likeness(text: string): number {
  let sum = 0;
  for (const { 0: sign, index } of text.slice(0, WEIGHED).matchAll(/[^\p{ASCII}]/gu)) {
    const beside = [text[index - 1] ?? ' ', text[index + sign.length] ?? ' '];
    const letters = beside.filter((one) => /[\p{Script=Latin}]/u.test(one)).length;
    if (!/\p{L}/u.test(sign)) sum -= letters === 2 ? 1 : 0;
    else sum += letters > 0 ? 1 : -1;
  }
  return sum;
}

/** The letters and digits beside a place, as many as tell a word. */
function wordAround(text: string, at: number): string {
  const before = /[\p{L}\p{N}]*$/u.exec(text.slice(Math.max(0, at - SHOWN), at))![0];
  const behind = /^.[\p{L}\p{N}]*/u.exec(text.slice(at, at + SHOWN))?.[0] ?? '';
  return before + behind;
}
