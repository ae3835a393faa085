import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue } from '../ports.ts';

/** A member that stands around the records, with its name and those of the objects that it stands in. */
interface Member {
  path: readonly string[];
  text: string;
  /** Only the beginning of the text is there. */
  large: boolean;
  line: number;
  value: unknown;
}

/** Members that stand before the records and are kept for them. */
export class JsonEnvelope {
  readonly #paths: ReadonlySet<string>;
  /** Names of members from the outside in to the records. */
  readonly #records: readonly string[];
  readonly #file: string;
  readonly #members: Member[] = [];
  #chars = 0;
  #value: RecordValue | undefined;

  constructor(paths: readonly string[], records: readonly string[], file: string) {
    this.#paths = new Set(paths);
    this.#records = records;
    this.#file = file;
  }

  takes(path: readonly string[]): boolean {
    return this.#paths.has(path.join('.'));
  }

  add(member: Member): void {
    const { line, large, text } = member;
    const name = member.path.join('.');
    const refuse = (code: 'ENVELOPE_LATE' | 'PAYLOAD_TOO_LARGE', message: string) => {
      const error = new StockbusError(code, message, { file: this.#file, line });
      error.ofPayload = true;
      return error;
    };
    if (this.#value) {
      const message = `'${name}', which \`envelope\` keeps, stands behind the first record`;
      throw refuse('ENVELOPE_LATE', message);
    }
    if (this.#members.some(({ path }) => path.join('.') === name))
      throw new StockbusError('JSON_DUPLICATE_KEY', `the key '${name}' occurs twice`, { line });
    this.#chars += large ? Number.POSITIVE_INFINITY : text.length;
    if (this.#chars > limits.envelopeChars) {
      const message = `what \`envelope\` keeps is longer than ${limits.envelopeChars} characters`;
      throw refuse('PAYLOAD_TOO_LARGE', message);
    }
    this.#members.push(member);
  }

  /** What was kept, where it stood, from the first record on. */
  get value(): RecordValue {
    this.#value ??= this.#level(0);
    return this.#value;
  }

  /** The text of the members in each object around the records, as a writer puts it before the next. */
  get texts(): string[] {
    return this.#records.map((_, depth) =>
      this.#membersAt(depth)
        .map(({ path, text }) => `${JSON.stringify(path[depth])}:${text},`)
        .join(''),
    );
  }

  #membersAt(depth: number): Member[] {
    return this.#members.filter(({ path }) => path.length === depth + 1);
  }

  #level(depth: number): RecordValue {
    const own = this.#membersAt(depth).map(({ path, value }) => [path[depth]!, value] as const);
    const hasInner = this.#members.some(({ path }) => path.length > depth + 1);
    const inner = hasInner ? [[this.#records[depth]!, this.#level(depth + 1)] as const] : [];
    return Object.fromEntries([...own, ...inner]);
  }
}
