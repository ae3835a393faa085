/** What a record was before and after each step, as it is kept. */
import type { Fault } from '../errors.ts';
import type { RecordValue } from '../ports.ts';

export interface SnapshotBody {
  v: 1;
  why: 'error' | 'sampled' | 'full';
  steps: SnapshotStep[];
}

export interface SnapshotStep {
  /** `read` of what the codec gave, else the step. */
  step: string;
  /** Where the step stands: file:line:col. */
  at?: string;
  /** The record after it; left out where it is as before. */
  value?: RecordValue;
  faults?: Fault[];
}

/** `read, filter, map (MAP_FAILED)` */
export const snapshotWords = (steps: readonly SnapshotStep[]): string =>
  steps
    .map(({ step, value, faults }) => {
      const code = faults?.[0]?.code;
      return `${step}${code ? ` (${code})` : value === undefined ? ' (as before)' : ''}`;
    })
    .join(', ');
