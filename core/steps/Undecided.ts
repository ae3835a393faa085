import type { Fault } from '../errors.ts';

/** What a test gives that meets nothing where it needs a value: neither true nor false. */
export class Undecided {
  /** Says which field it was, where that can be known. */
  readonly fault: Fault;

  constructor(why: string) {
    this.fault = { code: 'FILTER_UNDECIDED', message: why };
  }
}
