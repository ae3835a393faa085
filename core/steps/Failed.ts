import { type Fault, StockbusError } from '../errors.ts';

/** What an input gives that may fail and did: a fault of the record once the step needs its value. */
export class Failed {
  readonly fault: Fault;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  thrown(): StockbusError {
    const { code, message, at, todo } = this.fault;
    return new StockbusError(code, message, at, todo === undefined ? {} : { todo });
  }
}
