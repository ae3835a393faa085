import type { Fault } from '../../errors.ts';
import type { RecordValue } from '../../ports.ts';

/** What came of the input of a test, in the words in which a test expects it. */
export interface CaseOutcome {
  filtered: number;
  /** Of a flow into stock. */
  messages?: { id: string; type: string; data: unknown }[];
  /** With `flow` what a subscription under `sent` refuses: an event by its number, or all that it sends. */
  parked: { flow?: string; record?: number; code: string }[];
  /** Code of the fault that refused the payload, or the rest of it, or what is to be sent. */
  refused?: string;
  stock?: RecordValue[];
  /** By subscription. */
  sent?: Record<string, string>;
  /** Of a flow out of the hub. */
  text?: string;
}

/** The outcome, and why something was parked or refused, in the same order. */
export interface SeenOutcome {
  outcome: CaseOutcome;
  faults: readonly Fault[];
}
