import type { Fault } from '../../errors.ts';
import { StockbusError } from '../../errors.ts';
import type { Log } from '../../runtime.ts';

interface Taken {
  intakeId: string;
}

/** A log that somebody can wait on: until a file was taken in, or put aside with a fault. */
export class IntakeLog {
  readonly #waiting = new Map<string, PromiseWithResolvers<Taken>>();
  readonly #pass: Log;

  constructor(pass: Log) {
    this.#pass = pass;
  }

  readonly log: Log = (level, event, fields = {}) => {
    if (event === 'intake.done') {
      this.#waiting.get(String(fields.name))?.resolve({ intakeId: String(fields.intakeId) });
    } else if (event === 'folder.file_failed') {
      const { code, message } = fields as unknown as Fault;
      this.#waiting.get(String(fields.file))?.reject(new StockbusError(code, message));
    }
    this.#pass(level, event, fields);
  };

  /** Call it before the file appears. */
  taken(name: string): Promise<Taken> {
    const waiting = Promise.withResolvers<Taken>();
    this.#waiting.set(name, waiting);
    return waiting.promise;
  }
}
