import { createHash } from 'node:crypto';
import type { HistoryLog } from '../history/HistoryLog.ts';
import { type RunningSpan, spanOfIntake } from '../history/tracing.ts';
import type { TraceContext } from '../message.ts';
import type { Payload, Receipt } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** Hears what was taken in. */
export type AcceptedLog = Pick<HistoryLog, 'accepted'>;

/** What is known of one payload besides what it says: its trace, and, where that is noted, that it came. */
export class IntakeWatch {
  /** Goes with all that it becomes. */
  readonly trace: TraceContext | undefined;
  readonly #parts: { history?: AcceptedLog; runtime: Runtime };
  readonly #span: RunningSpan;
  readonly #digest: ReturnType<typeof createHash> | undefined;

  constructor(
    parts: { history?: AcceptedLog; runtime: Runtime },
    flow: string,
    { origin, trace }: Payload,
  ) {
    const { intakeId, name } = origin;
    const attributes = {
      ...{ 'stockbus.flow': flow, 'stockbus.intake': intakeId, 'stockbus.payload': name },
    };
    const about = { name: `intake ${flow}`, kind: 'consumer', attributes } as const;
    const { span, carried } = spanOfIntake(about, intakeId, trace);
    this.trace = carried;
    this.#parts = parts;
    this.#span = span;
    this.#digest = parts.history && createHash('sha256');
  }

  /** Of its bytes, in order. */
  see(chunk: Uint8Array): void {
    this.#digest?.update(chunk);
  }

  /** All of it is durable, whatever becomes of it. */
  done({ origin, records, messages, parked }: Receipt): void {
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
  }

  failed(error: unknown): void {
    this.#span.end({}, error);
  }
}
