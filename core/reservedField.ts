import type { Fault } from './errors.ts';
import type { CommandType } from './message.ts';

/** Messages whose `expectedVersion` nothing compares yet. */
const notCompared: ReadonlySet<CommandType> = new Set(['location.upsert.v1', 'order.upsert.v1']);

/**
 * What a message states that nothing honours yet: to book it as if it were not there would be to do
 * something else than was asked.
 */
export function reservedField(type: CommandType, data: object): Fault | undefined {
  if (!notCompared.has(type)) return undefined;
  const field = 'expectedVersion';
  if ((data as { expectedVersion?: string }).expectedVersion === undefined) return undefined;
  return { code: 'FIELD_RESERVED', message: `${field} is not honoured yet`, at: { field } };
}
