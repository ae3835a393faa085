import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { attributesOf, startTag } from './xmlText.ts';

/** A part of an element that is well-formed by itself: what is open at its ends is opened and closed there. */
export interface XmlPiece {
  text: string;
  /** Elements around its first tag, which an earlier piece began. */
  opened: number;
  /** Elements around its last tag, which go on in the next piece. */
  left: number;
}

/** Of an element, read in one turn. */
const PIECE_CHARS = 64 * 1024;
/** The shortest attribute takes as much: ` a=""`. */
const ATTRIBUTE_CHARS = 5;
const START_TAG = startTag();
/** Sections in which no tag begins: how they begin and end. */
const SECTIONS = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
] as const;

/** The text of a well-formed element, cut before tags where it is long. */
export function* elementPieces(text: string, characters = PIECE_CHARS): Generator<XmlPiece> {
  if (text.length <= characters) {
    yield { text, opened: 0, left: 0 };
    return;
  }
  let open: string[] = [];
  let [opened, from] = [open, 0];
  for (let at = 0; at !== -1; ) {
    const section = SECTIONS.find(([start]) => text.startsWith(start, at));
    if (section) {
      const [start, end] = section;
      at = text.indexOf('<', text.indexOf(end, at + start.length) + end.length);
      continue;
    }
    if (at - from >= characters) {
      yield piece(text.slice(from, at), opened, open);
      [opened, from] = [open, at];
    }
    if (text.charAt(at + 1) === '/') open = open.slice(0, -1);
    else {
      const name = nameOfOpen(text, at);
      if (name !== undefined) open = [...open, name];
    }
    at = text.indexOf('<', at + 1);
  }
  yield piece(text.slice(from), opened, open);
}

function piece(text: string, opened: readonly string[], left: readonly string[]): XmlPiece {
  const before = opened.map((name) => `<${name}>`).join('');
  const behind = left
    .map((name) => `</${name}>`)
    .reverse()
    .join('');
  return { text: before + text + behind, opened: opened.length, left: left.length };
}

/** The name of the element that begins at `at`; undefined where it ends there, too. */
function nameOfOpen(text: string, at: number): string | undefined {
  START_TAG.lastIndex = at;
  const [, name = '', attributes = '', closed = ''] = START_TAG.exec(text) ?? [];
  const most = limits.fieldsPerRecord;
  if (attributes.length > most * ATTRIBUTE_CHARS) {
    let count = 0;
    for (const _ of attributesOf(attributes)) {
      count += 1;
      if (count > most) throw tooManyFields('attributes');
    }
  }
  return closed === '' ? name : undefined;
}

export function tooManyFields(what: 'attributes' | 'fields'): StockbusError {
  const message = `an element has more than ${limits.fieldsPerRecord} ${what}`;
  return new StockbusError('PAYLOAD_TOO_LARGE', message);
}
