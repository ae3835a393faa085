import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import { takeIn } from '../intake.ts';
import type { Books, Broker } from '../ports.ts';
import type { PayloadOutcome } from '../rehearsal.ts';
import type { Runtime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import { isAboutReservation } from '../stock/reservations/contract.ts';
import { AskedReservations, answersTo } from './answered.ts';
import type { AnsweredNow } from './outcomeLines.ts';
import type { PayloadFile } from './payloadFile.ts';

const NONE: AnsweredNow = { now: [], before: [] };

/**
 * Which reservations of a payload were answered that nothing was booked: by it, or when the same messages
 * came before. The books know answers by reservation alone, so the file is read once more, and only where
 * there is something to be told. What was answered from `since` on is answered now.
 */
export async function answeredNow(
  store: Books,
  flow: InboundFlow,
  { answers, exists }: Pick<PayloadOutcome, 'answers' | 'exists'>,
  again: () => Promise<PayloadFile>,
  { runtime, since }: { runtime: Runtime; since: string },
): Promise<AnsweredNow> {
  if (!flow.types.some(isAboutReservation)) return NONE;
  if (Object.keys(answers).length === 0 && exists === 0) return NONE;
  const broker = new AskedReservations();
  const spoolPath = join(tmpdir(), `stockbus-asked-${runtime.newId()}`);
  try {
    const { payload } = await again();
    const spool = new SpoolFolder(spoolPath, runtime);
    const parts = { broker: broker as unknown as Broker, runtime, partitions: 1, spool };
    await takeIn(parts, flow, payload);
  } finally {
    await rm(spoolPath, { recursive: true, force: true });
  }
  const answered = await answersTo(store, broker.asked);
  const isNow = (at: string): boolean => at >= since;
  return {
    now: answered.filter(({ recordedAt }) => isNow(recordedAt)),
    before: answered.filter(({ recordedAt }) => !isNow(recordedAt)),
  };
}
