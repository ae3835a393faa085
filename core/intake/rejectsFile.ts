import type { Fault } from '../errors.ts';
import type { InboundParked } from '../flow/compiledFlow.ts';
import type { PayloadReading, RejectsFormat, RejectsWriter, SourceRecord } from '../ports.ts';

/** The rejected records of one payload, for whoever sent it, written as its codec says. */
export class RejectsFile {
  readonly #target: RejectsWriter | undefined;
  readonly #reading: PayloadReading;
  #format: RejectsFormat | undefined;

  constructor(target: RejectsWriter | undefined, reading: PayloadReading) {
    this.#target = target;
    this.#reading = reading;
  }

  async add({ members, faults }: InboundParked): Promise<void> {
    if (!this.#target || members.length === 0) return;
    this.#format ??= this.#reading.rejects();
    const rejected = members.map((record) => ({ record, fault: faultFor(record, faults) }));
    await this.#target.write(this.#format.write(rejected));
  }

  async end(): Promise<void> {
    if (this.#format && this.#target) await this.#target.write(this.#format.end());
  }
}

/** The fault of this very record where there is one; a document's other records share the first. */
function faultFor(member: SourceRecord, faults: readonly Fault[]): Fault | undefined {
  return member.fault ?? faults.find((fault) => fault.at?.record === member.record) ?? faults[0];
}
