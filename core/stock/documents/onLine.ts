import { StockbusError } from '../../errors.ts';

/** Runs `work`; what it refuses names the line: `lines[2].quantity`. */
export function onLine<Result>(list: string, index: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
    const inner = error.fault.at?.field;
    const field = `${list}[${index}]${inner ? `.${inner}` : ''}`;
    const at = { ...error.fault.at, field };
    throw new StockbusError(error.code, error.message, at, { cause: error });
  }
}
