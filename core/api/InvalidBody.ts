import { type Code, StockbusError } from '../errors.ts';

/** What is wrong with one place of a body. */
export interface InvalidField {
  /** JSON pointer (RFC 6901). */
  pointer: string;
  message: string;
  todo?: string;
}

/** A body that is not what the route takes: the first of what is wrong in its message, all of it as data. */
export class InvalidBody extends StockbusError {
  readonly errors: readonly InvalidField[];

  constructor(errors: readonly InvalidField[], code: Code = 'HTTP_BAD_REQUEST') {
    const [{ pointer, message, todo } = { pointer: '', message: 'the body is wrong' }] = errors;
    const field = pointer.slice(1).split('/')[0]!;
    const place = field === '' ? undefined : { field };
    super(code, message, place, todo === undefined ? {} : { todo });
    this.errors = errors;
  }
}
