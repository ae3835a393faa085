/** What is well-formed in XML 1.0 between and inside of tags. */
import { StockbusError } from '../errors.ts';

/** Characters that XML 1.0 does not allow at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const NAME_START =
  ':A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040]*`;
const BLANK = '[ \\t\\r\\n]';
const ATTRIBUTE = `${BLANK}+${NAME}${BLANK}*=${BLANK}*(?:"[^"<]*"|'[^'<]*')`;

/** Sticky: name, attributes, and `/` where the element is empty. */
export const startTag = (): RegExp =>
  new RegExp(`<(${NAME})((?:${ATTRIBUTE})*)${BLANK}*(/?)>`, 'uy');
export const endTag = (): RegExp => new RegExp(`</(${NAME})${BLANK}*>`, 'uy');
const EACH_ATTRIBUTE = new RegExp(`(${NAME})${BLANK}*=${BLANK}*(?:"([^"]*)"|'([^']*)')`, 'gu');
const INSTRUCTION = new RegExp(`^<\\?(${NAME})(?:${BLANK}|\\?>$)`, 'u');
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/;

/** The attributes of a start tag as they stand, in their order. */
export function* attributesOf(text: string): Generator<{ name: string; value: string }> {
  for (const [, name = '', double, single] of text.matchAll(EACH_ATTRIBUTE))
    yield { name, value: double ?? single ?? '' };
}

/** What is wrong with a character that stands as it is; undefined where all are allowed. */
export function illegalCharacter(text: string): string | undefined {
  const char = ILLEGAL.exec(text)?.[0];
  if (char === undefined) return undefined;
  const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `the character U+${code} is not allowed in XML`;
}

/** What is wrong with an instruction; `first` where it stands at the very beginning of the document. */
export function instructionFault(text: string, first: boolean): string | undefined {
  const target = INSTRUCTION.exec(text)?.[1];
  if (target === undefined) return 'a processing instruction has no name';
  if (target.toLowerCase() !== 'xml') return illegalCharacter(text);
  if (target !== 'xml' || !first) return 'an XML declaration stands only at the very beginning';
  return DECLARATION.test(text) ? undefined : 'the XML declaration is malformed';
}

const PREDEFINED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/** The five entities of XML itself and characters by number; there can be no others. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7}|x[\da-fA-F]{1,6});|(\w+);|)/g, (whole, number, name) => {
    const char = number === undefined ? PREDEFINED[name] : charOf(number);
    if (char !== undefined) return char;
    const what = whole === '&' ? "'&' stands for itself" : `the entity ${whole} is not known`;
    throw new StockbusError(
      'XML_SYNTAX',
      `${what}; only &lt; &gt; &amp; &quot; &apos; and numbers are`,
    );
  });
}

function charOf(number: string): string | undefined {
  const code = number.startsWith('x') ? parseInt(number.slice(1), 16) : parseInt(number, 10);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const char = String.fromCodePoint(code);
  return ILLEGAL.test(char) ? undefined : char;
}

/** Text between tags, with its entities read. Throws XML_SYNTAX where it is not well-formed. */
export function characterData(text: string): string {
  const message = text.includes(']]>') ? "']]>' stands in text" : illegalCharacter(text);
  if (message !== undefined) throw new StockbusError('XML_SYNTAX', message);
  return decodeEntities(text);
}
