/** The XML of a part of a workbook, as tags and text. It has no document type, and no entities of its own. */
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';

export interface SheetToken {
  kind: 'open' | 'close' | 'text';
  /** Of a tag, without its prefix. */
  name: string;
  /** Of text what it says; of a tag its attributes as they stand. */
  text: string;
}

export async function* sheetTokens(
  chunks: AsyncIterable<Uint8Array>,
  part: string,
): AsyncGenerator<SheetToken[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunks) {
    const { tokens, end, text } = tokensIn(rest + decode(decoder, chunk, part), part);
    rest = text.slice(end);
    if (rest.length > limits.recordBytes)
      throw brokenPart(part, `a tag or a text is longer than ${limits.recordBytes} characters`);
    yield tokens;
  }
  if (rest.trim() !== '') throw brokenPart(part, 'it ends within a tag or a text');
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  chunk: Uint8Array,
  part: string,
): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw brokenPart(part, 'it is not UTF-8');
  }
}

export function brokenPart(part: string, why: string): StockbusError {
  const error = new StockbusError('XLSX_BROKEN', why, { file: part });
  error.ofPayload = true;
  return error;
}

function tokensIn(text: string, part: string): { tokens: SheetToken[]; end: number; text: string } {
  const tokens: SheetToken[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    if (open < 0) return { tokens, end: at, text };
    const end = tagEnd(text, open);
    if (end < 0) return { tokens, end: at, text };
    if (open > at) tokens.push({ kind: 'text', name: '', text: unescaped(text.slice(at, open)) });
    if (text.startsWith('<![CDATA[', open))
      tokens.push({ kind: 'text', name: '', text: text.slice(open + 9, end - 3) });
    else if (text[open + 1] === '!' && !text.startsWith('<!--', open))
      throw brokenPart(part, 'it has a document type, which no workbook needs');
    else if (text[open + 1] !== '!' && text[open + 1] !== '?')
      pushTag(tokens, text.slice(open + 1, end - 1));
    at = end;
  }
}

/** Behind its last character; -1 where more is needed. */
function tagEnd(text: string, open: number): number {
  const [begin, until] = text.startsWith('<!--', open)
    ? [4, '-->']
    : text.startsWith('<![CDATA[', open)
      ? [9, ']]>']
      : [0, '>'];
  // A comment or section may be known by its first characters only when more of them are there.
  if (begin === 0 && text[open + 1] === '!' && text.length - open < 9) return -1;
  let end = text.indexOf(until, open + begin);
  while (begin === 0 && end >= 0 && isInQuotes(text, open, end)) end = text.indexOf('>', end + 1);
  return end < 0 ? -1 : end + until.length;
}

function isInQuotes(text: string, open: number, end: number): boolean {
  let quote = '';
  for (let at = open; at < end; at += 1) {
    const char = text[at]!;
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
  }
  return quote !== '';
}

function pushTag(tokens: SheetToken[], tag: string): void {
  if (tag[0] === '/') {
    tokens.push({ kind: 'close', name: bare(tag.slice(1).trim()), text: '' });
    return;
  }
  const isEmpty = tag.endsWith('/');
  const said = isEmpty ? tag.slice(0, -1) : tag;
  const space = said.search(/\s/);
  const name = bare(space < 0 ? said : said.slice(0, space));
  tokens.push({ kind: 'open', name, text: space < 0 ? '' : said.slice(space) });
  if (isEmpty) tokens.push({ kind: 'close', name, text: '' });
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

/** An attribute of a tag, whatever its prefix. */
export function attribute({ text }: SheetToken, name: string): string | undefined {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\s:]/.test(text[at - 1] ?? '')) continue;
    const value = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(text.slice(at + name.length));
    if (value) return unescaped(value[1] ?? value[2] ?? '');
  }
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replace(
        /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/g,
        (_, hex, decimal, name) => {
          if (name) return ENTITIES[name]!;
          const code = hex ? parseInt(hex, 16) : parseInt(decimal, 10);
          return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
        },
      )
    : text;
