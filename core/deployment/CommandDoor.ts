/** Where commands come in that their senders make themselves: no flow makes them, and from intake on they go by the one road. */
import { hash } from 'node:crypto';
import { type Fault, StockbusError } from '../errors.ts';
import type { CommandForms } from '../flow/commandForms.ts';
import type { InboundMessage, PayloadFormat, TakingFlow } from '../flow/compiledFlow.ts';
import { badCharacterFault, readIdentifier } from '../identifier.ts';
import { oversizeFault } from '../intake/messageFaults.ts';
import { formatOf, messagesLeg } from '../intake/messagesLeg.ts';
import { limits } from '../limits.ts';
import { type CommandType, contentOf, type MessageData } from '../message.ts';
import type { Payload, Receipt, RecordValue, SourceRecord, Store } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { noteCommander } from './sourcesOfFlows.ts';

export interface CommandDoorParts {
  /** As they are now. */
  forms(): CommandForms | undefined;
  take(leg: TakingFlow, payload: Payload): Promise<Receipt>;
  store: Pick<Store, 'control' | 'changeControl'>;
  runtime: Pick<Runtime, 'newId' | 'now'>;
}

/**
 * What stands for the flow of such a payload, so that what is parked of it finds its way in again: no name of a flow has
 * a slash.
 */
export const commandFlow = (source: string, type: CommandType): string => `${source}/${type}`;

export class CommandDoor {
  readonly #parts: CommandDoorParts;
  /** Sources that are known to be of commands. */
  readonly #noted = new Set<string>();

  constructor(parts: CommandDoorParts) {
    this.#parts = parts;
  }

  /** One message of what was said, its business key in `id`; or all that is wrong with it. */
  made(
    type: CommandType,
    said: RecordValue,
    expectedVersion?: string,
  ): InboundMessage | readonly Fault[] {
    const read: SourceRecord = { record: 1, value: said };
    const message = messageOf(this.#form(type), type, read);
    if (!('id' in message) || expectedVersion === undefined) return message;
    // Beside the data: what comes again is the same, whatever it expects.
    return { ...message, enriched: { expectedVersion } };
  }

  /** Durable when it resolves. */
  async accept(message: InboundMessage, payload: Omit<Payload, 'body'>): Promise<Receipt> {
    await this.#note(payload.origin.flow);
    const read = formatOf(() => [...message.members]);
    const leg = messagesLeg(legOf(payload.origin.flow)!, read, () => message);
    return this.#parts.take(leg, { ...payload, body: nothing() });
  }

  /** Many of one type; what is wrong with one is parked, and keeps no other. */
  async acceptAll(read: PayloadFormat, payload: Payload): Promise<Receipt> {
    await this.#note(payload.origin.flow);
    return this.#parts.take({ ...this.leg(payload.origin.flow)!, read }, payload);
  }

  /** By which records of such a payload come in again, once they were read; undefined where a flow has that name. */
  leg(flow: string): TakingFlow | undefined {
    const about = legOf(flow);
    if (!about) return undefined;
    const form = this.#form(about.type);
    const unread = formatOf(() => {
      throw new StockbusError('INTERNAL', 'nobody says in which format the commands are');
    });
    return messagesLeg(about, unread, (read) => messageOf(form, about.type, read));
  }

  async #note(flow: string): Promise<void> {
    const { source } = legOf(flow)!;
    if (this.#noted.has(source)) return;
    await noteCommander(this.#parts.store, this.#parts.runtime, source);
    this.#noted.add(source);
  }

  #form(type: CommandType): ReturnType<CommandForms> {
    const form = this.#parts.forms()?.(type);
    if (form) return form;
    throw new StockbusError('INTERNAL', 'this hub was given no forms of commands');
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // All is there already.
}

function legOf(flow: string): { name: string; source: string; type: CommandType } | undefined {
  const slash = flow.lastIndexOf('/');
  if (slash < 0) return undefined;
  return { name: flow, source: flow.slice(0, slash), type: flow.slice(slash + 1) as CommandType };
}

function messageOf(
  form: ReturnType<CommandForms>,
  type: CommandType,
  read: SourceRecord,
): InboundMessage | readonly Fault[] {
  const { id: said, ...value } = read.value;
  const id = keyOf(said);
  const final = form(value);
  const wrong = [
    ...(typeof id === 'string' ? [] : [id]),
    ...('faults' in final ? final.faults : []),
  ];
  if (typeof id !== 'string' || 'faults' in final) return wrong;
  const data = final.data as unknown as MessageData[CommandType];
  const dataJson = JSON.stringify(data);
  const message: InboundMessage = {
    ...{ type, id, data, dataJson, contenthash: hash('sha256', contentOf(type, dataJson)) },
    ...{ record: read.record, records: 1, members: [read] },
    ...(final.told ? { told: final.told } : {}),
  };
  const oversize = oversizeFault(message);
  return oversize ? [oversize] : message;
}

/** The business key, or what is wrong with it. */
function keyOf(said: unknown): string | Fault {
  const at = { field: 'id' };
  const id = readIdentifier(
    typeof said === 'string' ? said : typeof said === 'number' ? String(said) : '',
  );
  if (typeof id !== 'string') return badCharacterFault('id', String(said), id);
  if (id.length > limits.idCharacters) {
    const message = `id has ${id.length} characters, at most ${limits.idCharacters} are taken`;
    return { code: 'MESSAGE_INVALID', message, at };
  }
  if (id !== '') return id;
  const message =
    'id is missing: the business key, by which the message is known when it comes again';
  return { code: 'KEY_EMPTY', message, at, todo: 'State it in `id`, the same at every attempt.' };
}
