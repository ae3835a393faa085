import { StockbusError } from '../../errors.ts';
import { forEachNeeding } from '../Missing.ts';

/** Does the work of a line; what it refuses names the line: `lines[2].quantity`. */
export function onLine<Line, Result>(
  list: string,
  index: number,
  line: Line,
  work: (line: Line, index: number) => Result,
): Result {
  try {
    return work(line, index);
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
    const inner = error.fault.at?.field;
    const field = `${list}[${index}]${inner ? `.${inner}` : ''}`;
    const at = { ...error.fault.at, field };
    throw new StockbusError(error.code, error.message, at, { cause: error });
  }
}

/** The same for each line of a document; what any of them needs is told for all at once. */
export const forEachLine = <Line, Result>(
  lines: readonly Line[],
  work: (line: Line, index: number) => Result,
  list = 'lines',
): Result[] => forEachNeeding(lines, (line, index) => onLine(list, index, line, work));
