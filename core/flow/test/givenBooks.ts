/** What a test says was booked before, as messages that are booked. */
import { hash } from 'node:crypto';
import { type Fault, formatFault, StockbusError } from '../../errors.ts';
import { commandQueue } from '../../intake/publishBatches.ts';
import {
  BATCH_FORMAT,
  type BatchPart,
  type Command,
  type CommandType,
  contentOf,
} from '../../message.ts';
import type { BrokerMessage, RecordValue } from '../../ports.ts';
import type { Rehearsal } from '../../rehearsal.ts';
import type { CommandCheck } from '../commandCheck.ts';
import type { FlowCase } from './testFields.ts';

/** Of what a test gives; no flow has such a name. */
const SOURCE = '/tests/given';
/** Before all that is booked in a test. */
const BEFORE = '2000-01-01T00:00:00.000Z';

/** Books it; throws what is wrong with it. */
export async function giveBooks(
  rehearsal: Rehearsal,
  { stock = [], booked = [] }: FlowCase,
  check: CommandCheck,
): Promise<void> {
  const commands = booked.map(({ type, id, data }, index) =>
    commandOf(type as CommandType, id ?? `given-${index + 1}`, data as RecordValue, index + 1),
  );
  if (stock.length > 0) {
    const lines = stock.map(({ onHand, ...line }) => ({ ...line, quantity: onHand }));
    const data = { document: 'given', at: BEFORE, lines: lines.map(withoutNothing) };
    const opening = commandOf('stock.opening.v1', 'given', data, commands.length + 1);
    const first = commands.findIndex(({ type }) => !isMasterData(type));
    commands.splice(first === -1 ? commands.length : first, 0, opening);
  }
  if (commands.length === 0) return;
  for (const command of commands) refuse(check(command), command);
  await rehearsal.publish([batchOf(commands)]);
  const [parked] = rehearsal.outcome.parkedSamples;
  if (parked) refuse(parked.faults[0], { type: parked.type ?? '', id: parked.messageId ?? '' });
  const [answer] = Object.keys(rehearsal.outcome.answers);
  if (answer !== undefined) refuseGiven(`a reservation is answered ${answer}`);
}

/** What stock may need: units, and whether it has lots. All else may need stock. */
const isMasterData = (type: string): boolean => /^(item|location)\./.test(type);

const withoutNothing = (line: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));

function refuse(fault: Fault | undefined, { type, id }: { type: string; id: string }): void {
  if (fault) refuseGiven(`${type} ${id}: ${formatFault(fault)}`);
}

function refuseGiven(what: string): never {
  const message = `what the test gives cannot be booked: ${what}`;
  throw new StockbusError('CONFIG_BAD_VALUE', message, undefined, {
    todo: 'correct it under `stock` or `booked`',
  });
}

function commandOf(type: CommandType, id: string, data: RecordValue, record: number): Command {
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type,
    time: BEFORE,
    datacontenttype: 'application/json',
    data: data as unknown as Command['data'],
    contenthash: hash('sha256', contentOf(type, JSON.stringify(data))),
    actor: 'test',
    record,
  };
}

function batchOf(commands: readonly Command[]): BrokerMessage {
  const part: BatchPart = {
    origin: { intakeId: SOURCE, flow: 'given', name: 'given' },
    ...{ index: 0, records: commands.length, filtered: 0 },
    commands: [...commands],
    parked: [],
    batches: 1,
  };
  return {
    id: SOURCE,
    to: { queue: commandQueue(0) },
    body: Buffer.from(JSON.stringify({ v: BATCH_FORMAT, parts: [part] })),
    contentType: 'application/json',
  };
}
