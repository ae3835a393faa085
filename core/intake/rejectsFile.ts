import type { Fault } from '../errors.ts';
import { formatFault } from '../errors.ts';
import type { InboundParked } from '../flow/compiledFlow.ts';
import type { Codec, RecordValue, RejectsWriter, SourceRecord } from '../ports.ts';

/**
 * The rejected records of one payload, for whoever sent it: in the payload's own format, each with
 * the columns `_record`, `_code`, `_reason` and `_raw` (the text of what could not be
 * read as a record), so that it can be mended and sent again as it is.
 */
export class RejectsFile {
  readonly #target: RejectsWriter | undefined;
  readonly #codec: Codec;
  #writer: ReturnType<Codec['writer']> | undefined;

  constructor(target: RejectsWriter | undefined, codec: Codec) {
    this.#target = target;
    this.#codec = codec;
  }

  async add(parked: InboundParked): Promise<void> {
    if (!this.#target) return;
    const rows = parked.members.map((member) => rowOf(member, faultFor(member, parked.faults)));
    if (rows.length === 0) return;
    let text = '';
    if (!this.#writer) {
      this.#writer = this.#codec.writer();
      text = this.#writer.begin();
    }
    await this.#target.write(Buffer.from(text + this.#writer.write(rows)));
  }

  async end(): Promise<void> {
    if (this.#writer && this.#target) await this.#target.write(Buffer.from(this.#writer.end()));
  }
}

/** The fault of this very record where there is one; a document's other records share the first. */
function faultFor(member: SourceRecord, faults: readonly Fault[]): Fault | undefined {
  return member.fault ?? faults.find((fault) => fault.at?.record === member.record) ?? faults[0];
}

function rowOf(member: SourceRecord, fault: Fault | undefined): RecordValue {
  const row: RecordValue = {
    ...member.value,
    _record: String(member.record),
    _code: fault?.code ?? '',
  };
  row._reason = fault ? formatFault({ ...fault, at: {} }) : '';
  // In every row, since the columns of a table are those of its first.
  row._raw = member.raw ?? '';
  return row;
}
