/** A payload that was refused, as a whole or from a place on, comes in once more from where its source has put it aside. */
import { StockbusError } from '../errors.ts';
import type { Endpoint, TakingFlow } from '../flow/compiledFlow.ts';
import type { ParkedRecord } from '../message.ts';
import type { Payload, RefusedFile } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** `from` of one that reads what a source brings. */
export type ReplayingFlow = TakingFlow & { from?: Endpoint };

/** Throws REPLAY_UNFIT where it does not lie there any more. */
export async function refusedFileOf(
  { origin }: ParkedRecord,
  payload: Omit<Payload, 'body'>,
  flow: ReplayingFlow,
  runtime: Runtime,
): Promise<{ leg: TakingFlow; payload: Payload } & Pick<RefusedFile, 'putAway'>> {
  const { spec, config, options, connector, kind } = flow.from ?? {};
  const about = { name: connector ?? kind ?? '', runtime };
  const file = await spec?.archive?.(config, options, about).refused(origin);
  if (!file) {
    const todo = 'have the sender send it again: what was booked of it is not booked twice';
    const message = `no record of it was read, and '${origin.name}' does not lie where its source puts aside`;
    throw new StockbusError('REPLAY_UNFIT', message, undefined, { todo });
  }
  const { bytes: sizeBytes, modified, body, putAway } = file;
  return { leg: flow, payload: { ...payload, sizeBytes, modified, body: body() }, putAway };
}
