/** What waits on the broker, made sure of before anything is decided by it. */
import { hash } from 'node:crypto';
import type { Fault } from '../errors.ts';
import { codes, StockbusError } from '../errors.ts';
import type { CommandCheck } from '../flow/commandCheck.ts';
import type { BatchSeal } from '../intake/BatchSeal.ts';
import { batchText, type PartText, partTexts } from '../intake/batchText.ts';
import {
  BATCH_FORMAT,
  type BatchPart,
  type Command,
  type CommandBatch,
  commandsOf,
  contentOf,
  type Origin,
  type ParkedRecord,
  textOfBody,
} from '../message.ts';
import type { Delivery } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import { isObject } from '../spec.ts';
import { parkedCommand } from './refused.ts';
import type { ReceivedBatch } from './round.ts';
import { type UpcastCommand, upcast } from './upcast.ts';

/** A part that is none, as a batch of its own. */
export interface UnreadablePart {
  id: string;
  body: Buffer;
  error: unknown;
}

export interface BatchParts {
  batches: ReceivedBatch[];
  /** Of several parts those that are none: they spoil no other. */
  unreadable: UnreadablePart[];
}

/**
 * The parts of a batch as intake made it, their commands in the newest version of each type. Commands whose content has another hash than they state, or
 * that their schema does not allow, are parked in them; of a part that bears the seal of this process nothing
 * of that is asked. Throws MESSAGE_INVALID for what is no batch at all, FORMAT_UNKNOWN for one of another
 * version.
 */
export function readBatch(delivery: Delivery, check: CommandCheck, seal?: BatchSeal): BatchParts {
  const { head, parts } = partTexts(delivery.body);
  const redelivered = delivery.redeliveries > 0;
  const reader = { check, seal, redelivered };
  if (!head) return { batches: readWhole(delivery.body, parts[0]!, reader), unreadable: [] };
  refuseOther(head);
  const read: BatchParts = { batches: [], unreadable: [] };
  for (const [index, part] of parts.entries()) {
    try {
      read.batches.push(readPart(part, reader));
    } catch (error) {
      read.unreadable.push({
        id: `${delivery.id}#${index}`,
        body: batchText([{ part: part.text }]),
        error,
      });
    }
  }
  return read;
}

interface PartReader {
  check: CommandCheck;
  seal: BatchSeal | undefined;
  redelivered: boolean;
}

/** Of one part, or of several that are told apart by what they are. */
function readWhole(body: Uint8Array, { text }: PartText, reader: PartReader): ReceivedBatch[] {
  const batch: unknown = JSON.parse(textOfBody(body));
  const alone = digestOf(text);
  const isOurs = isObject(batch) && reader.seal?.fits(batch.seal, alone) === true;
  refuseOther(batch, isOurs);
  const { parts } = batch as unknown as CommandBatch;
  return parts.map((part) => {
    const digest = parts.length === 1 ? alone : digestOf(JSON.stringify(part));
    return received(part, { ...reader, digest, isOurs });
  });
}

function readPart({ text, seal }: PartText, reader: PartReader): ReceivedBatch {
  const part: unknown = JSON.parse(textOfBody(text));
  const digest = digestOf(text);
  const isOurs = reader.seal?.fits(seal, digest) === true;
  const wrong = isOurs ? undefined : problemOfParts([part]);
  if (wrong !== undefined) throw new StockbusError('MESSAGE_INVALID', wrong);
  return received(part as BatchPart, { ...reader, digest, isOurs });
}

function received(
  part: BatchPart,
  { check, digest, isOurs, redelivered }: PartReader & { digest: string; isOurs: boolean },
): ReceivedBatch {
  const { shared: _, ...facts } = part;
  const whole = { ...facts, commands: commandsOf(part) };
  const sound = isOurs ? whole : withSoundCommands(whole, check);
  const commands = upcast(withEnriched(sound.commands));
  return { ...sound, commands, digest: digest.slice(0, DIGEST_DIGITS), redelivered };
}

function refuseOther(batch: unknown, isOurs = false): void {
  if (isObject(batch)) requireVersion('the batch', batch.v, BATCH_FORMAT);
  const wrong = isOurs ? undefined : isObject(batch) ? problemOf(batch) : 'it is no object';
  if (wrong !== undefined) throw new StockbusError('MESSAGE_INVALID', wrong);
}

/** Of a part, kept of its hash. */
const DIGEST_DIGITS = 16;

const digestOf = (text: string | Uint8Array): string => hash('sha256', text, 'hex');

type ReadPart = Omit<ReceivedBatch, 'digest' | 'redelivered'>;

function withSoundCommands(part: ReadPart, check: CommandCheck): ReadPart {
  const { commands, parked } = part;
  const refused: ParkedRecord[] = [];
  const sound = commands.filter((command) => {
    const fault = faultOfCommand(command, check);
    if (fault) refused.push(parkedCommand(part.origin, command, fault));
    return fault === undefined;
  });
  return { ...part, commands: sound, parked: [...parked, ...refused] };
}

function faultOfCommand(command: Command, check: CommandCheck): Fault | undefined {
  const { type, data, contenthash, id, enriched } = command;
  if (hash('sha256', contentOf(type, JSON.stringify(data))) !== contenthash) {
    const message = `the content of ${id} has another hash than intake gave it`;
    return { code: 'CONTENT_ALTERED', message };
  }
  if (enriched === undefined) return check(command);
  if (isHonoured(enriched, data)) return check(enrichedCommand(command));
  const message = 'enriched is honoured for the date of a document and the version that it expects';
  return { code: 'FIELD_RESERVED', message, at: { field: 'enriched' } };
}

/** Only what the data leaves open: the date of a document, and the version of what it is to change. */
const isHonoured = (enriched: Record<string, unknown>, data: object): boolean =>
  isObject(enriched) &&
  Object.entries(enriched).every(
    ([name, value]) => BESIDE.has(name) && isText(value) && !Object.hasOwn(data, name),
  );

const BESIDE = new Set(['at', 'expectedVersion']);

/** With what stands beside the data in it; what tells a replay stays that of the data as it was sent. */
export const withEnriched = (commands: Command[]): Command[] =>
  commands.some(({ enriched }) => enriched !== undefined)
    ? commands.map((command) => (command.enriched ? enrichedCommand(command) : command))
    : commands;

function enrichedCommand(command: Command): UpcastCommand {
  const { type, data, enriched } = command;
  return { ...command, data: { ...data, ...enriched } as Command['data'], sent: { type, data } };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function problemOf({ parts, producer, number }: Record<string, unknown>): string | undefined {
  if (!(producer === undefined || isText(producer))) return 'its producer is no text';
  if (!(number === undefined || isCount(number))) return 'its number is none';
  return Array.isArray(parts) ? problemOfParts(parts) : 'it has no parts';
}

function problemOfParts(parts: readonly unknown[]): string | undefined {
  for (const part of parts) {
    const wrong = isObject(part) ? problemOfPart(part) : 'a part of it is no object';
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function problemOfPart(part: Record<string, unknown>): string | undefined {
  const { origin, index, records, filtered, shared, commands, parked, batches } = part;
  if (!isOrigin(origin)) return 'it has no origin';
  const counts = [index, records, filtered, ...(batches === undefined ? [] : [batches])];
  if (!counts.every(isCount)) return 'its counts are no counts';
  if (!(shared === undefined || isObject(shared))) return 'what its commands share is no object';
  if (!Array.isArray(commands)) return 'it has no commands';
  if (!Array.isArray(parked)) return 'it has no parked records';
  const command = commands.findIndex((one) => !(isObject(one) && isCommand({ ...one, ...shared })));
  if (command >= 0) return `its command ${command + 1} has no envelope`;
  const record = parked.findIndex((one) => !isParked(one));
  return record < 0 ? undefined : `its parked record ${record + 1} is none`;
}

const isOrigin = (value: unknown): value is Origin =>
  isObject(value) && [value.intakeId, value.flow, value.name].every(isText);

const isCommand = (value: Record<string, unknown>): boolean =>
  [value.id, value.source, value.type, value.time, value.contenthash, value.actor].every(isText) &&
  isCount(value.record) &&
  isObject(value.data);

const isParked = (value: unknown): boolean =>
  isObject(value) &&
  [value.id, value.content].every(isText) &&
  ['payload', 'intake', 'apply'].includes(String(value.stage)) &&
  isOrigin(value.origin) &&
  isCount(value.record) &&
  Array.isArray(value.faults) &&
  value.faults.every(isFault);

const isFault = (value: unknown): boolean =>
  isObject(value) && Object.hasOwn(codes, String(value.code)) && isText(value.message);
