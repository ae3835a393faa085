/** What an expression opens and never closes, whatever else is wrong with it. */

interface Opened {
  mark: string;
  offset: number;
}

interface ReadText {
  mark: string;
  start: number;
  /** Behind its last quote. */
  end: number;
}

interface OpenParts {
  /** A quote, a backtick, or the beginning of a comment. */
  quote?: Opened;
  /** Texts and names in quotes that are closed. */
  texts: ReadText[];
  brackets: Opened[];
}

/** Of what closes, by what it is opened. */
export const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

export function openIn(text: string): OpenParts {
  const open: OpenParts = { texts: [], brackets: [] };
  let isOperand = true;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at]!;
    if (/\s/.test(mark)) continue;
    const end = endOf(text, at, mark, isOperand);
    if (end === undefined)
      return { ...open, quote: { mark: text.startsWith('/*', at) ? '/*' : mark, offset: at } };
    if (end > at) {
      if (/["'`]/.test(mark)) open.texts.push({ mark, start: at, end });
      if (!text.startsWith('/*', at)) isOperand = false;
      at = end - 1;
      continue;
    }
    if (/[([{]/.test(mark)) open.brackets.push({ mark, offset: at });
    else if (open.brackets.at(-1)?.mark === openers[mark]) open.brackets.pop();
    isOperand = !/[\p{L}\d_$)\]}]/u.test(mark);
  }
  return open;
}

/** Behind what begins here with a mark and ends with one; `at` where nothing such begins, undefined where it never ends. */
function endOf(text: string, at: number, mark: string, isOperand: boolean): number | undefined {
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? undefined : end + 2;
  }
  const isPattern = mark === '/' && isOperand;
  if (!isPattern && !/["'`]/.test(mark)) return at;
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === '\\' && mark !== '`') end += 1;
    else if (text[end] === mark) return end + 1;
  }
  // A slash that is none of a pattern is not told here.
  return isPattern ? at : undefined;
}
