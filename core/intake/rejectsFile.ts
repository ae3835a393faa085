import type { Fault } from '../errors.ts';
import type { InboundParked } from '../flow/compiledFlow.ts';
import type { PayloadReading, RejectsFormat, RejectsWriter, SourceRecord } from '../ports.ts';

/** The rejected records of one payload, for whoever sent it, written as its codec says. */
export class RejectsFile {
  readonly #target: RejectsWriter | undefined;
  readonly #reading: PayloadReading;
  #format: RejectsFormat | undefined;
  #held: InboundParked[] = [];
  #isHolding = false;

  constructor(target: RejectsWriter | undefined, reading: PayloadReading) {
    this.#target = target;
    this.#reading = reading;
  }

  /**
   * Until `release`, when documents come: a row that cannot be read is then written where it stood, beside
   * those that it may belong to, so that it keeps them from being booked when they are sent again.
   */
  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    this.#held.sort((one, other) => one.record - other.record);
  }

  async add(parked: InboundParked): Promise<void> {
    if (!this.#target || parked.members.length === 0) return;
    if (this.#isHolding) {
      this.#held.push(parked);
      return;
    }
    await this.#writeHeld(parked.record);
    await this.#write(parked, this.#target);
  }

  async #writeHeld(before: number): Promise<void> {
    const after = this.#held.findIndex(({ record }) => record >= before);
    const ready = this.#held.splice(0, after < 0 ? this.#held.length : after);
    for (const parked of ready) await this.#write(parked, this.#target!);
  }

  async #write({ members, faults }: InboundParked, target: RejectsWriter): Promise<void> {
    this.#format ??= this.#reading.rejects();
    const rejected = members.map((record) => ({ record, fault: faultFor(record, faults) }));
    await target.write(await this.#format.write(rejected));
  }

  async end(): Promise<void> {
    await this.#writeHeld(Number.POSITIVE_INFINITY);
    if (this.#format && this.#target) await this.#target.write(await this.#format.end());
  }
}

/** The fault of this very record where there is one; a document's other records share the first. */
function faultFor(member: SourceRecord, faults: readonly Fault[]): Fault | undefined {
  return member.fault ?? faults.find((fault) => fault.at?.record === member.record) ?? faults[0];
}
