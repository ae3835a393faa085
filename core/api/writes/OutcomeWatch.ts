import type { AppliedPart } from '../../apply/AwaitedIntakes.ts';
import type { Fault } from '../../errors.ts';
import type { InboundMessage } from '../../flow/compiledFlow.ts';
import type { Hub } from '../../hub.ts';
import { type IntakeReport, sourceOf } from '../../message.ts';
import type { Runtime } from '../../runtime.ts';
import { wordKey } from '../../searchWords.ts';

/** What became of a command. */
export type CommandOutcome =
  | { outcome: 'booked' | 'exists' }
  /** A reservation answered, and booked nothing. */
  | { outcome: 'answered'; result: string }
  | { outcome: 'refused'; fault: Fault; parkedId: string };

type Counts = Pick<IntakeReport, 'booked' | 'exists' | 'parked'> &
  Partial<Pick<IntakeReport, 'answers'>>;

/** Whoever books in this process says it at once; of another process the store is asked, less and less often. */
const FIRST_LOOK_MS = 20;
const MAX_LOOK_MS = 250;

/** What becomes of one command, which is the only message of its payload. */
export class OutcomeWatch {
  readonly #hub: Pick<Hub, 'applied' | 'store'>;
  readonly #runtime: Runtime;
  readonly #intakeId: string;
  readonly #heard = Promise.withResolvers<CommandOutcome>();

  /** From now on it hears; made before the command is on its way. */
  constructor(hub: Pick<Hub, 'applied' | 'store'>, runtime: Runtime, intakeId: string) {
    this.#hub = hub;
    this.#runtime = runtime;
    this.#intakeId = intakeId;
    hub.applied.await(intakeId, (part) => this.#hear(part));
  }

  leave(): void {
    this.#hub.applied.leave(this.#intakeId);
  }

  /** Undefined where it is not known by then, or the signal ends the wait. */
  async within(
    ms: number,
    message: InboundMessage,
    source: string,
    signal: AbortSignal,
  ): Promise<CommandOutcome | undefined> {
    const endMs = this.#runtime.monotonic() + ms;
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, MAX_LOOK_MS)) {
      const restMs = endMs - this.#runtime.monotonic();
      if (restMs <= 0 || signal.aborted) return undefined;
      const heard = await this.#heardWithin(Math.min(lookMs, restMs), signal);
      if (heard) return heard;
      const found = await this.#look(message, sourceOf({ source }));
      if (found) return found;
    }
  }

  async #heardWithin(ms: number, signal: AbortSignal): Promise<CommandOutcome | undefined> {
    const waiting = new AbortController();
    const late = this.#runtime
      .sleep(ms, AbortSignal.any([waiting.signal, signal]))
      .catch(() => undefined);
    const heard = await Promise.race([this.#heard.promise, late]);
    waiting.abort();
    return heard ?? undefined;
  }

  #hear(part: AppliedPart): void {
    const { refused } = part;
    if (refused) this.#heard.resolve({ outcome: 'refused', ...refused });
    else {
      const outcome = outcomeOf(part);
      if (outcome) this.#heard.resolve(outcome);
    }
  }

  async #look({ id }: InboundMessage, source: string): Promise<CommandOutcome | undefined> {
    const { store } = this.#hub;
    const report = await store.intake(this.#intakeId);
    if (!report) return undefined;
    if (report.parked === 0) return outcomeOf(report);
    const own = await store.parked({ intakeId: this.#intakeId }, { limit: 1 });
    // Refused as before, it is parked as it was then.
    const { rows } =
      own.rows.length > 0 ? own : await store.parked({ word: wordKey(id) }, { limit: 100 });
    const record = rows
      .filter(({ messageId, ...of }) => messageId === id && of.source === source)
      .reduce<(typeof rows)[number] | undefined>(
        (last, one) => (last && last.parkedAt > one.parkedAt ? last : one),
        undefined,
      );
    return record && { outcome: 'refused', fault: record.faults[0]!, parkedId: record.id };
  }
}

function outcomeOf({ booked, exists, answers = {} }: Counts): CommandOutcome | undefined {
  if (booked > 0) return { outcome: 'booked' };
  if (exists > 0) return { outcome: 'exists' };
  const [result] = Object.keys(answers);
  return result === undefined ? undefined : { outcome: 'answered', result };
}
