import { StockbusError } from '../../errors.ts';

export const invalid = (message: string, field: string): StockbusError =>
  new StockbusError('MESSAGE_INVALID', message, { field });

export const placeReserved = (place: string, field: string): StockbusError =>
  new StockbusError('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, { field });

/** Does the work for one line of a message; a fault of it names the line. */
export function onLine<Result>(index: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
    const field = error.fault.at?.field;
    throw new StockbusError(
      error.code,
      error.message,
      { ...error.fault.at, field: `lines[${index}]${field ? `.${field}` : ''}` },
      { cause: error },
    );
  }
}
