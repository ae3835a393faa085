import { type Fault, StockbusError } from '../errors.ts';

/** What a test gives that is neither true nor false: it meets nothing where it needs a value, or compares a text with a number. */
export class Undecided {
  /** Says which field it was, where that can be known. */
  readonly fault: Fault;
  /** Whether a field is missing, of which a filter may say what it means. */
  readonly isMissing: boolean;

  private constructor(fault: Omit<Fault, 'code'>, isMissing: boolean) {
    this.fault = { code: 'FILTER_UNDECIDED', ...fault };
    this.isMissing = isMissing;
  }

  static ofMissing(why: string): Undecided {
    return new Undecided({ message: why }, true);
  }

  static ofKinds({ message, todo }: { message: string; todo: string }): Undecided {
    return new Undecided({ message, todo }, false);
  }

  /** As a fault of what was tested. */
  thrown(what: string): StockbusError {
    const { code, message, todo } = this.fault;
    const options = todo === undefined ? {} : { todo };
    return new StockbusError(code, `${what} is undecided: ${message}`, undefined, options);
  }
}
