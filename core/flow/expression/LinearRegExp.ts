/**
 * Regular expressions of flows, in time that is linear in the text: whatever a payload holds, no
 * pattern can run away with it. The syntax is that of JavaScript without what cannot be linear.
 */
import { MatcherInputBase, RE2JS } from 're2js';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';

/** What JavaScript counts as white space, as ranges: RE2 itself knows only that of ASCII. */
const BLANKS =
  '\\t-\\r\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NOT_BLANKS =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';
const NOT_LINE_END = '[^\\n\\r\\x{2028}\\x{2029}]';

const compiled = new WeakMap<RegExp, RE2JS>();

function compile(pattern: RegExp): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const flags =
    (pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (pattern.multiline ? RE2JS.MULTILINE : 0);
  const made = RE2JS.compile(asJavaScript(RE2JS.translateRegExp(pattern.source)), flags);
  compiled.set(pattern, made);
  return made;
}

/** Gives `\s`, `\S` and `.` the meaning that they have in JavaScript. */
function asJavaScript(source: string): string {
  let inSet = false;
  return source.replace(/\\[\s\S]|[[\].]/g, (token) => {
    if (token === '\\s') return inSet ? BLANKS : `[${BLANKS}]`;
    if (token === '\\S') return inSet ? NOT_BLANKS : `[${NOT_BLANKS}]`;
    if (token === '.') return inSet ? token : NOT_LINE_END;
    if (token === '[') inSet = true;
    if (token === ']') inSet = false;
    return token;
  });
}

/** What is no part of such a pattern, by how it begins. */
const UNSUPPORTED = /\(\?<?[=!]|\\[1-9]|\\k</;

/** Why the pattern cannot be run in linear time, or undefined. */
export function regExpFault(pattern: RegExp): string | undefined {
  const part = UNSUPPORTED.exec(pattern.source.replaceAll('\\\\', '  '))?.[0];
  try {
    compile(pattern);
    if (part !== '\\k<') return undefined;
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '');
    if (part === undefined) return `the pattern cannot be used: ${reason}`;
  }
  return part.startsWith('(')
    ? `'${part}' looks ahead or behind, which no pattern of a flow may`
    : `'${part}' refers back to a group, which no pattern of a flow may`;
}

/**
 * A text that counts how often it is looked at: all that re2js asks of a text. It is no kind of String, since V8 looks up
 * the methods of all texts of a process slowly for as long as some class extends that.
 */
class CountedText {
  /** By which re2js knows a text. */
  readonly [Symbol.toStringTag] = 'String';
  readonly length: number;
  readonly #text: string;
  #left: number;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
    this.#left = limits.regexSteps + 8 * text.length;
  }

  charCodeAt(index: number): number {
    this.#left -= 1;
    if (this.#left < 0) {
      throw new StockbusError(
        'EXPR_RUNAWAY',
        'a regular expression looks through a long text again for each of its matches',
        undefined,
        { todo: 'write it so that a match can be told by what is near it, without .* at its end' },
      );
    }
    return this.#text.charCodeAt(index);
  }

  indexOf(part: string, from: number): number {
    return this.#text.indexOf(part, from);
  }

  substring(from: number, until: number): string {
    return this.#text.substring(from, until);
  }

  toString(): string {
    return this.#text;
  }
}

class Utf16Input extends MatcherInputBase {
  readonly #text: CountedText;

  constructor(text: CountedText) {
    super();
    this.#text = text;
  }

  override getEncoding() {
    return MatcherInputBase.Encoding.UTF_16;
  }

  override asCharSequence(): string {
    return this.#text as unknown as string;
  }

  override length(): number {
    return this.#text.length;
  }
}

/** What jsonata uses of a RegExp with the flag `g`, in its place: an instance serves one use of a pattern. */
export class LinearRegExp {
  lastIndex = 0;
  readonly #pattern: RE2JS;
  #text: string | undefined;
  #input: Utf16Input | undefined;

  constructor(pattern: RegExp) {
    this.#pattern = compile(pattern);
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#pattern.matcher(this.#inputOf(text));
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from(
      { length: matcher.groupCount() + 1 },
      (_, group) => matcher.group(group) ?? undefined,
    );
    this.lastIndex = matcher.end();
    return Object.assign(groups as RegExpExecArray, { index: matcher.start(), input: text });
  }

  /** All matches of one text share one count of work. */
  #inputOf(text: string): Utf16Input {
    if (this.#input && this.#text === text) return this.#input;
    if (text.length > limits.regexCharacters) {
      throw new StockbusError(
        'EXPR_FAILED',
        `a regular expression is used on a text of ${text.length} characters, and ${limits.regexCharacters} is the most`,
        undefined,
        {
          todo: 'look for texts, not patterns, in what is so long, or cut it with $substring first',
        },
      );
    }
    this.#text = text;
    this.#input = new Utf16Input(new CountedText(text));
    return this.#input;
  }
}
