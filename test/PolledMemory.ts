/** Turns for a poller: what is remembered, and what was offered under which id, whatever process looks. */
import { type Fault, faultOf, isRetryable } from '../core/errors.ts';
import type { OfferedPayload, PollState, PollTurn } from '../core/ports.ts';

export interface OfferedText extends Pick<OfferedPayload, 'name' | 'headers' | 'contentType'> {
  id: string;
  text: string;
}

type Row = Record<string, unknown>;

export class PolledMemory implements PollState {
  readonly kept = new Map<string, string>();
  readonly offered: OfferedText[] = [];
  /** Refused for good, by name. */
  readonly parked: [name: string, fault: Fault][] = [];
  /** What happens before the n-th payload is durable. */
  durable: (number: number) => Promise<void> = async () => undefined;
  #claimed = new Map<string, string>();
  #claims = 0;

  async read(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = names.filter((name) => this.kept.has(name));
    return new Map(found.map((name) => [name, this.kept.get(name)!]));
  }

  async write(entries: ReadonlyMap<string, string | undefined>): Promise<void> {
    for (const [name, value] of entries) {
      if (value === undefined) this.kept.delete(name);
      else this.kept.set(name, value);
    }
  }

  async *names(): AsyncIterable<string> {
    yield* this.kept.keys();
  }

  turn(signal = new AbortController().signal): PollTurn {
    return {
      signal,
      state: this,
      claim: async (keys) => {
        this.#claims += 1;
        const id = (key: string): string => this.#claimed.get(key) ?? `id${this.#claims}`;
        this.#claimed = new Map(keys.map((key) => [key, id(key)]));
        return this.#claimed;
      },
      offer: (payload) => this.#offer(payload),
    };
  }

  async #offer({
    intakeId,
    name,
    headers,
    contentType,
    body,
  }: OfferedPayload): Promise<Fault | undefined> {
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      await this.durable(this.offered.length);
      const text = Buffer.concat(chunks).toString();
      const about = { ...(headers ? { headers } : {}), ...(contentType ? { contentType } : {}) };
      this.offered.push({ id: intakeId, name, text, ...about });
      return undefined;
    } catch (error) {
      const fault = faultOf(error);
      if (isRetryable(fault)) throw error;
      this.parked.push([name, fault]);
      return fault;
    }
  }

  /** Of payloads of JSON lines: all rows since the last call. */
  rows(): Row[] {
    const lines = this.offered.splice(0).flatMap(({ text }) => text.trimEnd().split('\n'));
    return lines.map((line) => JSON.parse(line) as Row);
  }

  taken(field: string): unknown[] {
    return this.rows().map((row) => row[field]);
  }
}
