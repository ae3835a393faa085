import { StockbusError } from '../errors.ts';
import { illegalCharacter } from './xmlText.ts';

/** No DOCTYPE that only names a document type is as long. */
const MOST_CHARS = 4 * 1024;
const QUOTED = `(?:"[^"]*"|'[^']*')`;
const DOCTYPE = new RegExp(
  `^<!DOCTYPE\\s+[^\\s"'<>[]+(?:\\s+SYSTEM\\s+${QUOTED}|\\s+PUBLIC\\s+${QUOTED}\\s+${QUOTED})?\\s*>`,
);
const UP_TO_MARK = new RegExp(`^<!DOCTYPE(?:[^"'<>[]|${QUOTED})*([<>[])`);

/**
 * Where the DOCTYPE at `at` ends; undefined where more of the text is needed. One with an internal subset,
 * which can declare entities, is refused; what an external one declares is never fetched.
 */
export function doctypeEnd(text: string, at: number): number | undefined {
  const start = text.slice(at, at + MOST_CHARS);
  const [whole] = DOCTYPE.exec(start) ?? [];
  if (whole !== undefined) {
    const illegal = illegalCharacter(whole);
    if (illegal !== undefined) throw new StockbusError('XML_SYNTAX', illegal);
    return at + whole.length;
  }
  const mark = UP_TO_MARK.exec(start)?.[1];
  if (mark === '[')
    throw new StockbusError('XML_DTD_REFUSED', 'the DOCTYPE has an internal subset');
  if (mark !== undefined) throw new StockbusError('XML_SYNTAX', 'the DOCTYPE is malformed');
  if (start.length < MOST_CHARS) return undefined;
  const message = `the DOCTYPE is longer than ${MOST_CHARS} characters`;
  throw new StockbusError('XML_DTD_REFUSED', message);
}
