/** What is wrong with a YAML file, in words for people who write flows and not parsers. */
import type { YAMLParseError, YAMLWarning } from 'yaml';

export interface InWords {
  message: string;
  todo?: string;
}

const QUOTES = "put the whole expression into '…' quotes, or on the next line under >-";
const ALIKE = 'indent what belongs together alike, with spaces';

/** By what the library says, which is the only thing that tells some of its faults apart. */
const words: readonly [RegExp, string, string][] = [
  [/^Maximum call stack/, 'fields or brackets are nested too deep', 'take some of them apart'],
  [/^Map keys must be unique/, 'the same field stands here twice', 'remove one of them'],
  [/^Nested mappings/, "': ' inside a value begins another field", QUOTES],
  [
    /^Missing , or : between flow map/,
    'inside of { } a comma begins another field',
    "put an expression that has one into '…' quotes as a whole",
  ],
  [/ at node end$/, 'text follows a value that has ended', QUOTES],
  [/^Unexpected flow-(map|seq)-end/, 'a bracket is closed that none has opened', QUOTES],
  [/ may not be used as an implicit map key/, 'a list or a bracket stands before a colon', QUOTES],
  [/^Block scalar header|^Not a YAML token/, 'text follows > or | on its line', QUOTES],
  [
    /^Unexpected block-seq-ind/,
    "'- ' begins a list on the line of its field",
    "begin the list on the next line; an expression that begins with '-' stands in '…' quotes",
  ],
  [/^(Anchor|Alias) cannot be an empty/, "'& ' or '* ' at the beginning is YAML's own", QUOTES],
  [
    /^(Unresolved alias|Aliased anchor)/,
    "'*' at the beginning names what '&' named before",
    QUOTES,
  ],
  [/^Unresolved tag/, "'!' at the beginning is YAML's own", QUOTES],
  [/^Tabs are not allowed/, 'a tab indents the line', 'indent with spaces'],
  [
    /multiple documents/,
    'a second document begins here, and a file holds one',
    "remove the line, or put what follows into a file of its own; an expression stands in '…' quotes",
  ],
  [
    /^Missing closing/,
    'a quote is opened and never closed',
    "close it; an expression with quotes of its own stands in '…' quotes as a whole",
  ],
  [
    /must be sufficiently indented and end with/,
    'a bracket before this line is not closed',
    'close it',
  ],
  [/^All mapping items must start/, 'the line is indented unlike those around it', ALIKE],
  [/need to be on a single line/, 'the line is indented unlike those around it', ALIKE],
  [
    /need to be followed by map values/,
    "the line is no field with a value ('field: value')",
    'write one; a text of several lines stands under >- and is indented',
  ],
  [
    /^Invalid escape sequence/,
    'a backslash stands in "…" quotes before a character that it means nothing with',
    "use '…' quotes, in which it is itself",
  ],
];

/** The fault alone, without those that only come of it. */
export function yamlInWords(
  error: YAMLParseError | YAMLWarning,
  among: readonly { code: string }[],
  text: string,
): InWords {
  const message = error.message.split('\n')[0]!.replace(/\.$/, '');
  const [at] = error.pos;
  if (error.code === 'BAD_SCALAR_START') {
    const name = /^@[\p{L}_][\p{L}\d_-]*/u.exec(text.slice(at))?.[0];
    return {
      message: `a value cannot begin with ${text[at] ?? 'it'} unless it stands in quotes`,
      todo:
        name === undefined
          ? QUOTES
          : `a name with @ stands in backticks, and the whole expression in quotes: '\`${name}\`'`,
    };
  }
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
    if (among.some(({ code }) => code === 'MULTILINE_IMPLICIT_KEY'))
      return {
        message: 'the line after this value is indented as if it belonged to it',
        todo: ALIKE,
      };
    if (text.startsWith('? ', at))
      return { message: "'? ' at the beginning of a value is YAML's own", todo: QUOTES };
  }
  const found = words.find(([pattern]) => pattern.test(message));
  return found ? { message: found[1], todo: found[2] } : { message };
}
