import { createHash } from 'node:crypto';
import type { TakingFlow } from '../flow/compiledFlow.ts';
import type { HistoryLog } from '../history/HistoryLog.ts';
import { type RunningSpan, spanOfIntake } from '../history/tracing.ts';
import type { TraceContext } from '../message.ts';
import type { Payload, Receipt } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { StepPictures } from './StepPictures.ts';

/** Hears what was taken in. */
export type AcceptedLog = Pick<HistoryLog, 'accepted' | 'pictured' | 'hidden' | 'steps'>;

/** What is known of one payload besides what it says: its trace, and, where that is noted, that it came. */
export class IntakeWatch {
  /** Goes with all that it becomes. */
  readonly trace: TraceContext | undefined;
  /** Left out: none are taken. */
  readonly pictures: StepPictures | undefined;
  readonly #parts: { history?: AcceptedLog; runtime: Runtime };
  readonly #span: RunningSpan;
  readonly #digest: ReturnType<typeof createHash> | undefined;

  constructor(
    parts: { history?: AcceptedLog; runtime: Runtime },
    flow: TakingFlow,
    { origin, trace }: Payload,
  ) {
    const { intakeId, name } = origin;
    const attributes = {
      ...{ 'stockbus.flow': flow.name, 'stockbus.intake': intakeId, 'stockbus.payload': name },
    };
    const about = { name: `intake ${flow.name}`, kind: 'consumer', attributes } as const;
    const { span, carried } = spanOfIntake(about, intakeId, trace);
    this.trace = carried;
    this.#parts = parts;
    this.#span = span;
    this.#digest = parts.history && createHash('sha256');
    const { history: log, runtime: time } = parts;
    const policy = flow.history ?? log?.steps ?? 'off';
    if (log && flow.walk && policy !== 'off')
      this.pictures = new StepPictures({ log, time, origin, walk: flow.walk, policy });
  }

  /** Of its bytes, in order. */
  see(chunk: Uint8Array): void {
    this.#digest?.update(chunk);
  }

  /** All of it is durable, whatever becomes of it. */
  async done({ origin, records, messages, parked }: Receipt): Promise<void> {
    const { history, runtime } = this.#parts;
    const { traceparent } = this.trace ?? {};
    history?.accepted({
      ...{ ...origin, at: new Date(runtime.now()).toISOString(), records, messages, parked },
      digest: this.#digest!.digest('hex'),
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    this.#span.end({
      ...{ 'stockbus.records': records, 'stockbus.messages': messages },
      'stockbus.parked': parked,
    });
    await this.pictures?.finish();
  }

  failed(error: unknown): void {
    this.#span.end({}, error);
  }
}
