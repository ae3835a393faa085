/** What is wrong with a text that is no expression, in words for people who write flows and not parsers. */
import { foreignOperator, foreignWords } from './foreignSyntax.ts';
import { openers, openIn } from './openIn.ts';

export interface SyntaxFault {
  message: string;
  todo?: string;
  /** What to do is said for lack of better: who knows more of where the text stands goes before. */
  isGeneral?: true;
  /** Something is opened and never closed: it may be that the text was cut. */
  isOpen?: true;
  /** Offset in the text, from 0. */
  offset: number;
}

/** As the library throws it. */
export interface ParserError {
  code?: string;
  message?: string;
  /** Where the token ends that it stumbled over. */
  position?: number;
  token?: unknown;
  value?: unknown;
}

/** What it stumbled over. */
interface Stumble {
  text: string;
  /** Offset at which that begins. */
  offset: number;
  token: string;
  value: string;
}

type Words = Omit<SyntaxFault, 'offset'> & { offset?: number };

const END = '(end)';

export function syntaxFault(text: string, error: ParserError): SyntaxFault {
  const { code = '', message = String(error), position = 0, token, value } = error;
  const known = token === undefined ? '' : String(token);
  const length = known === END ? 0 : known.length;
  const inQuotes = position - length - 2;
  const isText =
    length > 0 && /["'`]/.test(text[inQuotes] ?? '') && text[inQuotes] === text[position - 1];
  const start = isText ? inQuotes : Math.max(0, position - length);
  const offset = Math.min(start, Math.max(0, text.length - 1));
  const quote = leftOutQuote(text, code in readToTheEnd ? undefined : offset);
  if (quote) return quote;
  const at: Stumble = { text, offset, token: known, value: String(value ?? '') };
  const words = byCode[code]?.(at) ?? { message };
  return { offset, ...words };
}

/** Where nothing before the quote was in its way: a text, a name, a comment that is not closed. */
const readToTheEnd = { S0101: true, S0105: true, S0106: true };

/**
 * Once a quote is left out all those behind it go together wrongly, and the parser stumbles over what should stand
 * inside of a text: the quote is told, and not what follows from it.
 */
function leftOutQuote(text: string, stumbled: number | undefined): SyntaxFault | undefined {
  const { quote, texts } = openIn(text);
  if (!quote) return undefined;
  if (quote.mark === '/*')
    return {
      message: "a comment is opened by '/*' and never closed",
      todo: "write '*/' where it ends",
      isOpen: true,
      offset: quote.offset,
    };
  const isBefore = ({ mark, end }: (typeof texts)[number]): boolean =>
    mark === quote.mark && stumbled !== undefined && end <= stumbled + 1;
  const own = texts.filter(isBefore).at(-1);
  const what = quote.mark === '`' ? 'backtick' : 'quote';
  const inside =
    quote.mark === '`' ? '' : `; a ${quote.mark} inside of a text is written \\${quote.mark}`;
  if (!own)
    return {
      message: `the ${what} ${quote.mark} is opened and never closed`,
      todo: `close it where the ${quote.mark === '`' ? 'name' : 'text'} ends${inside}`,
      isOpen: true,
      offset: quote.offset,
    };
  return {
    message: `a ${what} ${quote.mark} is left out: ${shown(text.slice(own.start, own.end))} is read as one ${quote.mark === '`' ? 'name' : 'text'}`,
    todo: `put it where that should begin or end${inside}`,
    isOpen: true,
    offset: own.start,
  };
}

const SHOWN = 30;
const shown = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);

function unexpected(at: Stumble): Words {
  const { token, text, offset } = at;
  const foreign = foreignOperator(at);
  if (foreign) return foreign;
  const opener = openers[token];
  if (opener !== undefined)
    return {
      message: `'${token}' closes what no '${opener}' has opened`,
      todo: 'remove it, or open it before',
    };
  if (token === ',')
    return {
      message: "',' stands outside of brackets",
      todo: 'a list stands in […], and what a function takes in (…)',
    };
  if (token === ';')
    return {
      message: "';' stands outside of brackets",
      todo: 'several expressions stand together in (…), and the last of them gives the value',
    };
  if (token === '..')
    return {
      message: "'..' stands outside of brackets",
      todo: 'numbers from one to another are [1..5]',
    };
  if (token === ':')
    return {
      message: "':' follows no '?'",
      todo: "write a ? b : c; a name of its own is given by ':='",
    };
  const before = /(\w+)\s+$/.exec(text.slice(0, offset));
  for (const [word, at] of [
    [token, offset],
    [before?.[1] ?? '', before?.index ?? 0],
  ] as const) {
    const todo = foreignWords.get(word);
    if (todo !== undefined)
      return { message: `'${word}' means nothing in expressions`, todo, offset: at };
  }
  const isText = /["']/.test(text[offset] ?? '');
  return {
    message: `${isText ? `the text ${JSON.stringify(token)}` : `'${token}'`} follows a value, and nothing stands between them`,
    todo: 'put an operator between them: & joins texts; a name with blanks stands in backticks, a text in quotes',
    isGeneral: true,
  };
}

/** A value should begin, and something else stands there. */
function noValue(at: Stumble): Words {
  const foreign = foreignOperator(at);
  if (foreign) return foreign;
  const { token } = at;
  const opener = openers[token];
  const todo =
    token === '@' || token === '#'
      ? 'names with @ or # stand in backticks'
      : opener === undefined
        ? `write what belongs before '${token}', or remove it`
        : `write what belongs before '${token}'`;
  return { message: `a value is expected, and '${token}' stands there`, todo, isGeneral: true };
}

/** Something is to be closed, or to follow, and the text is over, or something else stands there. */
function notClosed(at: Stumble): Words {
  const { text, value, token } = at;
  const foreign = token === '' || token === END ? undefined : foreignOperator(at);
  if (foreign) return foreign;
  const opener = openers[value];
  const open = openIn(text)
    .brackets.filter(({ mark }) => mark === opener)
    .at(-1);
  const found = token === '' || token === END ? '' : `, and '${token}' stands there`;
  if (opener !== undefined && open && found === '')
    return {
      message: `'${opener}' is opened and never closed`,
      todo: `write '${value}' where it ends`,
      isOpen: true,
      offset: open.offset,
    };
  const joined =
    value === ')' ? 'values in (…) are kept apart by a comma' : `write '${value}' before it`;
  return found === ''
    ? {
        message: `the expression ends where '${value}' is expected`,
        todo: `write '${value}' and what belongs behind it`,
      }
    : {
        message: `'${value}' is expected${found}`,
        todo:
          value === '}'
            ? "fields of { } are kept apart by a comma, and each is 'name': value"
            : joined,
      };
}

function ended({ text }: Stumble): Words {
  const last = /\S+\s*$/.exec(text);
  const offset = last ? last.index : 0;
  return {
    message: `the expression ends behind '${last?.[0].trim() ?? ''}', where a value is expected`,
    todo: 'write what belongs there; one of several lines stands under >-',
    isGeneral: true,
    isOpen: true,
    offset,
  };
}

/** Codes of the library, in its order. */
const byCode: Readonly<Record<string, (at: Stumble) => Words>> = {
  S0102: ({ token }) => ({
    message: `${token} is larger than a number can be`,
    todo: 'put it in quotes, and read it by $decimal',
  }),
  S0103: ({ token }) => ({
    message: `'\\${token}' means nothing inside of a text`,
    todo: "a backslash itself is written '\\\\'",
  }),
  S0104: () => ({
    message: "'\\u' inside of a text is followed by no four hex digits",
    todo: 'write such as \\u00e9, or the character itself',
  }),
  S0201: unexpected,
  S0202: notClosed,
  S0203: notClosed,
  S0204: (at) => foreignOperator(at) ?? unexpected(at),
  S0205: unexpected,
  S0206: unexpected,
  S0207: ended,
  S0208: ({ token }) => ({
    message: `'${token}' is no name for what a function takes`,
    todo: `names begin with $: write $${token}`,
  }),
  S0209: () => ({
    message: "'[…]' follows what '{…}' has grouped",
    todo: 'put all before it into (…)',
  }),
  S0210: () => ({
    message: "'{…}' stands behind what is grouped already",
    todo: 'group once, or put the first into (…)',
  }),
  S0211: noValue,
  S0212: ({ token }) => ({
    message: `':=' gives a name, and '${token}' is none`,
    todo: "write $name := …, inside of (…); '=' compares",
  }),
  S0213: ({ value }) => ({
    message: `${JSON.stringify(value)} is no field that a path could lead to`,
    todo: 'a name that is no word stands in backticks; a place in a list is list[0]',
  }),
  S0214: ({ token }) => ({
    message: `'${token}' is followed by no name that begins with $`,
    todo: 'names with @ or # stand in backticks',
    isGeneral: true,
  }),
  S0215: () => ({ message: "'@$…' stands behind '[…]'", todo: "write it before '[…]'" }),
  S0216: () => ({ message: "'@$…' stands behind '^(…)'", todo: "write it before '^(…)'" }),
  S0217: () => ({
    message: "'%' leads out of the record",
    todo: 'what is around an element of a list is $parent',
  }),
  S0301: () => ({
    message: "'//' is a regular expression of nothing",
    todo: 'write what is looked for between the two; comments stand in /* … */',
  }),
  S0302: () => ({
    message: "a regular expression is opened by '/' and never closed",
    todo: "write '/' where it ends; to divide, write a value before it",
  }),
  S0401: signature,
  S0402: signature,
};

function signature(): Words {
  return {
    message: 'what the function takes is declared in a way that cannot be',
    todo: 'leave out <…>',
  };
}

/** Between quotes of word processors, which are letters of a name here. */
const TYPOGRAPHIC = /^[“”„‟«»‘’‚‛].*[“”„‟«»‘’‚‛]$/;

/** A name that its author took for a text; `position`: where it ends. */
export function typographicFault(
  text: string,
  name: string,
  position: number,
): SyntaxFault | undefined {
  if (!TYPOGRAPHIC.test(name) || text[position - 1] === '`') return undefined;
  const offset = Math.max(0, position - name.length);
  const plain = name.replaceAll(/[“”„‟«»]/g, '"').replaceAll(/[‘’‚‛]/g, "'");
  return {
    message: `${name} is read as the name of a field: its quotes are those of a word processor`,
    todo: `for a text write ${plain}; for the field \`${name}\``,
    offset,
  };
}
