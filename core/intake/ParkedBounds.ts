import { formatFault, StockbusError } from '../errors.ts';
import { isReached, type StopAt } from '../flow/stopField.ts';
import { limits } from '../limits.ts';
import type { Receipt } from '../ports.ts';

/** What one payload may park. */
export interface IntakeBounds {
  parkedRecords: number;
  parkedBytes: number;
}

const ofLimits: IntakeBounds = {
  parkedRecords: limits.parkedRecordsPerPayload,
  parkedBytes: limits.parkedBytesPerPayload,
};

/** Of what must not get lost, though nobody can correct so much. */
export const unbounded: IntakeBounds = {
  parkedRecords: Number.POSITIVE_INFINITY,
  parkedBytes: Number.POSITIVE_INFINITY,
};

/** Of the causes a refusal says so many in words. */
const CAUSES_SAID = 3;

/** Each parked record is kept for a person; more than a person can correct, or than the flow allows, is no such thing. */
export class ParkedBounds {
  readonly bounds: IntakeBounds;
  readonly #stopAt: StopAt | undefined;
  #count = 0;
  #characters = 0;
  /** Records that are parked, of which a document may have many. */
  #records = 0;

  constructor(bounds: IntakeBounds | undefined, stopAt: StopAt | undefined) {
    this.bounds = bounds ?? ofLimits;
    this.#stopAt = stopAt;
  }

  /** One more is parked. Why that is too much; undefined where it is not. */
  add(records: number, characters: number): string | undefined {
    this.#count += 1;
    this.#records += records;
    this.#characters += characters;
    const { parkedRecords, parkedBytes } = this.bounds;
    if (this.#count > parkedRecords) return `more than ${parkedRecords} of its records`;
    if (this.#characters <= parkedBytes) return undefined;
    return `${this.#count} records with more than ${parkedBytes} characters`;
  }

  /** The same of all of it, once it is known how many records it has. */
  ofAll(records: number): string | undefined {
    const stopAt = this.#stopAt;
    if (!stopAt || !isReached(stopAt, { records, parked: this.#records })) return undefined;
    return `${this.#records} of its ${records} records ('stop: ${stopAt.text}')`;
  }
}

export function payloadRefused(
  what: string,
  { faults: causes, origin }: Pick<Receipt, 'faults' | 'origin'>,
): StockbusError {
  const first = causes.slice(0, CAUSES_SAID).map(formatFault).join(' | ');
  const message = `${what} would have to be parked; the first: ${first}`;
  const error = new StockbusError('PAYLOAD_REFUSED', message, { file: origin.name }, { causes });
  error.ofPayload = true;
  return error;
}
