/**
 * Messages of an older version of their type, as the newest has them. A message is brought up to date in one place, where
 * its batch is read, so that the rules know the newest version alone. What tells a replay stays that of the message as it
 * was sent: its id, its source, its content hash. So what was booked by an older program, waits in a queue,
 * lies in an archive or was parked is the same message still when it comes again.
 */
import type { Command, CommandType } from '../message.ts';

export interface Upcaster {
  /** Of the version after. */
  type: CommandType;
  /** Data that the schema of the older version allows, as data of the next; pure. */
  up(data: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/**
 * By the type of the version before: `stock.receive.v1` gives `stock.receive.v2`. There is none yet. The schema
 * of the older version stays in schemas/, so that flows may go on to send it.
 */
export const upcasters: ReadonlyMap<string, Upcaster> = new Map();

/** A command, and how it was sent where that was another way. */
export type UpcastCommand = Command & { sent?: Pick<Command, 'type' | 'data'> };

/** Of commands that their schemas allow. */
export const upcast = (commands: Command[]): UpcastCommand[] =>
  upcasters.size === 0 ? commands : commands.map(newest);

function newest(command: UpcastCommand): UpcastCommand {
  const { type, data, sent = { type, data } } = command;
  const next = upcasters.get(type);
  if (!next) return command;
  const raised = next.up(data as never) as unknown as Command['data'];
  return newest({ ...command, type: next.type, data: raised, sent });
}

/** What a person is shown, and sends again. */
export function asSent({ sent, ...command }: UpcastCommand): Command {
  return sent ? { ...command, ...sent } : command;
}
