/** How a parked record comes in once more: as a payload of its flow, or, where booking refused it, as the message that it was. */
import { hash } from 'node:crypto';
import { StockbusError } from '../errors.ts';
import type { InboundMessage, TakingFlow } from '../flow/compiledFlow.ts';
import { formatOf, messagesLeg } from '../intake/messagesLeg.ts';
import { type Command, contentOf, type ParkedRecord } from '../message.ts';
import { isOfFile } from '../parked.ts';
import type { Payload, RecordValue, SourceRecord } from '../ports.ts';
import { type Runtime, timeOfId } from '../runtime.ts';
import type { ParkedMember } from './correction.ts';
import { type ReplayingFlow, refusedFileOf } from './refusedFile.ts';

/** Of what a flow may read of a payload, what is not known of one that is gone. */
const NOT_KEPT = ['sha256', 'modified', 'headers'];

export interface Replayed {
  leg: TakingFlow;
  payload: Payload;
  /** Once it is taken in. */
  putAway?(nowMs: number): Promise<void>;
}

export interface ReplayAsked {
  content: string;
  intakeId: string;
  by: string;
  runtime: Runtime;
}

/** Throws REPLAY_UNFIT for what cannot be sent again from here. */
export async function replayOf(
  record: ParkedRecord,
  { content, intakeId, by, runtime }: ReplayAsked,
  flow: ReplayingFlow | undefined,
): Promise<Replayed> {
  const { origin } = record;
  const about = { origin: { ...origin, intakeId }, actor: by, ...receivedWith(origin.intakeId) };
  const payload: Payload = { ...about, body: bytesOf(content) };
  if (record.stage === 'apply') return { leg: messageLeg(record), payload };
  if (!flow) throw unfit(`the flow '${origin.flow}', which read it, is not here any more`);
  if (isOfFile(record)) return refusedFileOf(record, about, flow, runtime);
  refuseUnread(content, flow);
  return { leg: readLeg(flow), payload };
}

const unfit = (message: string, todo?: string): StockbusError =>
  new StockbusError('REPLAY_UNFIT', message, undefined, todo === undefined ? {} : { todo });

/** A document that has the time of its payload for a date keeps that. */
function receivedWith(intakeId: string): { received?: string } {
  const time = timeOfId(intakeId);
  return time === undefined ? {} : { received: new Date(time).toISOString() };
}

function refuseUnread(content: string, { name, readsOfPayload }: TakingFlow): void {
  const members = JSON.parse(content) as ParkedMember[];
  if (members.some(({ tooLarge }) => tooLarge)) throw unfit('it was too large to be kept whole');
  if (members.some(({ raw }) => raw !== undefined)) {
    const todo = 'say what it is: stockbus parked correct ID --record FILE';
    throw unfit('it could not be read as a record', todo);
  }
  const missing = NOT_KEPT.find((one) => readsOfPayload.has(one));
  if (missing === undefined) return;
  throw unfit(`the flow '${name}' reads $payload.${missing}, and the payload is gone`);
}

const readLeg = (flow: TakingFlow): TakingFlow => ({
  ...{ name: flow.name, source: flow.source, allow: flow.allow, read: readFormat },
  ...{ readsOfPayload: flow.readsOfPayload, handsTo: flow.handsTo, behind: flow.behind },
  makeRun: (spool, facts) => flow.makeRun(spool, facts),
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

/** The records as they were read, or as a person corrected them. */
const readFormat = formatOf(async (chunks) =>
  (JSON.parse(await textOf(chunks)) as ParkedMember[]).map(
    ({ file, record, line, value = {} }) => ({
      ...{ record, value },
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    }),
  ),
);

const commandFormat = formatOf(async (chunks) => {
  const command = JSON.parse(await textOf(chunks)) as Command;
  return [{ record: command.record, value: command as unknown as RecordValue }];
});

/** For a message as it is: no flow makes it anew. */
const messageLeg = ({ origin, source = '' }: ParkedRecord): TakingFlow =>
  messagesLeg(
    { name: origin.flow, source: source.replace(/^\/flows\//, '') },
    commandFormat,
    (read) => messageOf(read.value as unknown as Command, read),
  );

function messageOf({ type, id, data, enriched }: Command, read: SourceRecord): InboundMessage {
  const dataJson = JSON.stringify(data);
  return {
    ...{ type, id, data, dataJson, contenthash: hash('sha256', contentOf(type, dataJson)) },
    // Whoever sends it again decides on what is there now.
    ...(typeof enriched?.at === 'string' ? { enriched: { at: enriched.at } } : {}),
    ...{ record: read.record, records: 1, members: [read] },
  };
}
