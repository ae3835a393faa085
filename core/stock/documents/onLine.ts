import { StockbusError } from '../../errors.ts';
import { forEachNeeding } from '../Missing.ts';

/** Runs `work`; what it refuses names the line: `lines[2].quantity`. */
export function onLine<Result>(list: string, index: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw ofLine(list, index, error);
  }
}

function ofLine(list: string, index: number, error: unknown): unknown {
  if (!(error instanceof StockbusError)) return error;
  const inner = error.fault.at?.field;
  const field = `${list}[${index}]${inner ? `.${inner}` : ''}`;
  const at = { ...error.fault.at, field };
  return new StockbusError(error.code, error.message, at, { cause: error });
}

/** The same for each line of a document; what any of them needs is told for all at once. */
export const forEachLine = <Line, Result>(
  lines: readonly Line[],
  work: (line: Line, index: number) => Result,
  list = 'lines',
): Result[] =>
  forEachNeeding(lines, (line, index) => {
    try {
      return work(line, index);
    } catch (error) {
      throw ofLine(list, index, error);
    }
  });
