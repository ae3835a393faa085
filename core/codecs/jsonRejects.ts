import type { RecordValue, Rejected, RejectsFormat } from '../ports.ts';
import type { TextEncoding } from './encodeText.ts';
import { isUnicode } from './encodings.ts';
import type { JsonWrite } from './jsonOptions.ts';
import { JsonWriter } from './jsonWriter.ts';
import { REJECT_COLUMNS, rejectFields } from './rejectColumns.ts';

/** Rejected records in the shape of their payload, each with four more members that say why. */
export class JsonRejects implements RejectsFormat {
  readonly #writer: JsonWriter;
  readonly #encoding: TextEncoding;
  readonly #hasEnvelope: boolean;
  #begun = false;

  /** `beside`: what stood around the records, as a writer takes it. */
  constructor(options: JsonWrite, encoding: TextEncoding, beside?: readonly string[]) {
    this.#writer = new JsonWriter(options, beside);
    this.#hasEnvelope = beside !== undefined;
    this.#encoding = encoding;
  }

  write(rejected: readonly Rejected[]): Uint8Array {
    const head = this.#begun ? '' : this.#writer.begin();
    this.#begun = true;
    const own = this.#hasEnvelope ? rejected.map(withoutEnvelope) : rejected;
    return this.#bytes(head + this.#writer.write(own.map(withReason)));
  }

  end(): Uint8Array {
    return this.#bytes(this.#writer.end());
  }

  /** What the encoding may not have is written by number. */
  #bytes(text: string): Uint8Array {
    if (isUnicode(this.#encoding.encoding)) return this.#encoding.bytes(text);
    return this.#encoding.bytes(text.replace(/[\u007f-\uffff]/g, byNumber));
  }
}

const byNumber = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

function withoutEnvelope(rejected: Rejected): Rejected {
  const { '#envelope': _, ...value } = rejected.record.value;
  return { ...rejected, record: { ...rejected.record, value } };
}

/** A record that has such a member itself keeps it, and says no reason. */
function withReason(rejected: Rejected): RecordValue {
  const { value } = rejected.record;
  const clashes = REJECT_COLUMNS.some((name) => Object.hasOwn(value, name));
  return clashes ? value : { ...value, ...rejectFields(rejected) };
}
