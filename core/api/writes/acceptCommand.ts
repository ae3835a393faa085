/** A command by REST: through intake like any payload, and answered in the same call where it is booked in time. */
import type { Request, Response } from 'express';
import { commandFlow } from '../../deployment/CommandDoor.ts';
import type { Fault, Told } from '../../errors.ts';
import type { InboundMessage } from '../../flow/compiledFlow.ts';
import type { CommandType } from '../../message.ts';
import type { Payload, RecordValue } from '../../ports.ts';
import type { Caller } from '../auth/Caller.ts';
import { InvalidBody } from '../InvalidBody.ts';
import type { Body } from '../jsonBody.ts';
import type { Context } from '../Route.ts';
import { refuseUnready, traceOf } from '../rest/acceptPayload.ts';
import type { CommandAddress } from './commandAddresses.ts';
import { acceptedAnswer, type CommandAnswer, outcomeAnswer, sendAnswer } from './commandAnswer.ts';
import { expectedBy } from './expectedBy.ts';
import { type AskedOnce, answeredOnce } from './IdempotentAnswers.ts';
import { idempotencyKey } from './idempotencyKey.ts';
import { OutcomeWatch } from './OutcomeWatch.ts';
import { pointerOf } from './pointerOf.ts';
import { preferredWait } from './preferredWait.ts';
import { requireRows } from './requireRows.ts';

/** A request that was read and checked. */
export interface SaidCommand {
  request: Request;
  response: Response;
  address: CommandAddress;
  said: Body;
}

export async function acceptCommand(
  context: Context,
  { request, response, address, said }: SaidCommand,
): Promise<void> {
  const { hub, runtime, caller } = context;
  refuseUnready(hub);
  const waitMs = preferredWait(request, response);
  const expected = expectedBy(request, address.type);
  const key = idempotencyKey(request);
  const message = messageOf(context, address, withPath(request, address, said), expected);
  await requireRows(hub, caller, message);
  const gone = AbortSignal.any([goneOf(response), context.live.closing]);
  const sent = { message, waitMs, makes: address.makes === true, gone };
  const { answer, isReplayed } = await answeredOnce(
    { store: hub.store, runtime },
    key === undefined ? undefined : askedOnce(key, { request, address, message, expected }, caller),
    (intakeId, isAccepted) => {
      const payload = {
        origin: { intakeId, flow: commandFlow(caller.source, address.type), name: request.path },
        ...{ actor: caller.actor, ...traceOf(request) },
      };
      return send(context, { ...sent, payload, isAccepted });
    },
  );
  // Whoever was told of it reads nothing older from here.
  if (answer.status !== 202) context.reads?.wrote(skusOf(message));
  if (isReplayed) response.setHeader('idempotent-replayed', 'true');
  sendAnswer(response, answer);
}

/** Types that change nothing of a SKU that they do not name, unless they revise what was said before. */
const ofNamedSkus: ReadonlySet<CommandType> = new Set([
  'item.upsert.v1',
  'stock.adjust.v1',
  'stock.issue.v1',
  'stock.receive.v1',
  'stock.transfer.v1',
]);

/** SKUs of which something may have been booked; undefined: any. */
function skusOf({ type, data }: InboundMessage): ReadonlySet<string> | undefined {
  const {
    sku,
    lines = [],
    revision,
  } = data as {
    sku?: string;
    lines?: readonly { sku?: string }[];
    revision?: unknown;
  };
  if (!ofNamedSkus.has(type) || revision !== undefined) return undefined;
  const named = [sku, ...lines.map((line) => line.sku)].filter((one) => one !== undefined);
  return named.length > 0 ? new Set(named) : undefined;
}

interface Asked extends Pick<SaidCommand, 'request' | 'address'> {
  message: InboundMessage;
  expected: string | undefined;
}

const askedOnce = (
  key: string,
  { request, address, message: { id, contenthash }, expected = '' }: Asked,
  { actor, source }: Caller,
): AskedOnce => ({
  scope: [actor, address.method, address.path],
  key,
  asked: [request.path, source, id, contenthash, expected],
});

interface Sent {
  message: InboundMessage;
  payload: Omit<Payload, 'body'>;
  waitMs: number;
  makes: boolean;
  /** It is durable already. */
  isAccepted: boolean;
  /** Aborted once nobody waits for the answer any more, or the process ends. */
  gone: AbortSignal;
}

/** Durable first; then as long as is wanted for what becomes of it. */
async function send(
  context: Context,
  { message, payload, waitMs, makes, isAccepted, gone }: Sent,
): Promise<CommandAnswer> {
  const { hub, runtime, caller } = context;
  const { source } = caller;
  const { intakeId } = payload.origin;
  const watch = waitMs > 0 ? new OutcomeWatch(hub, runtime, intakeId) : undefined;
  try {
    const told = isAccepted ? [] : await taken(context, message, payload);
    const about = { message, intakeId, source, told, makes, caller };
    const outcome = await watch?.within(waitMs, message, source, gone);
    if (!outcome) return acceptedAnswer(about);
    return await outcomeAnswer(hub, about, outcome, new Date(runtime.now()).toISOString());
  } finally {
    watch?.leave();
  }
}

/** Into intake, as any payload; resolves with the hints of it once it is durable. */
async function taken(
  { hub, runtime, admission, recent }: Context,
  message: InboundMessage,
  payload: Omit<Payload, 'body'>,
): Promise<readonly Told[]> {
  const leave = await admission.enter(message.dataJson.length, () => refuseUnready(hub));
  try {
    const receipt = await hub.commands.accept(message, payload);
    recent.add(receipt, runtime.now());
    return receipt.told;
  } finally {
    leave();
  }
}

/** Aborted once nobody waits for the answer any more. */
function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** The body, with what the path says in it. */
function withPath(request: Request, { from }: CommandAddress, said: Body): RecordValue {
  if (from === undefined) return said;
  const named = String(request.params.id);
  if (said[from] === undefined || said[from] === named) return { ...said, [from]: named };
  const message = `${from} is another in the body than in the path`;
  throw new InvalidBody([{ pointer: `/${from}`, message }], 'MESSAGE_INVALID');
}

/** Throws MESSAGE_INVALID with all that is wrong: whoever sent it is there to correct it, and nothing is parked. */
function messageOf(
  { hub }: Pick<Context, 'hub'>,
  { type }: CommandAddress,
  said: RecordValue,
  expected: string | undefined,
): InboundMessage {
  const made = hub.commands.made(type, said, expected);
  if (!('id' in made)) throw refusedBody(made);
  if (expected !== undefined) requireOne(made);
  return made;
}

const refusedBody = (faults: readonly Fault[]): InvalidBody =>
  new InvalidBody(
    faults.map(({ message, at, todo }) => ({
      ...{ pointer: pointerOf(at?.field ?? ''), message },
      ...(todo === undefined ? {} : { todo }),
    })),
    'MESSAGE_INVALID',
  );

/** If-Match names one version. */
function requireOne({ data }: InboundMessage): void {
  const { expectedVersion, lines = [] } = data as {
    expectedVersion?: string;
    lines?: readonly { sku?: string }[];
  };
  const refuse = (pointer: string, message: string, todo: string): never => {
    throw new InvalidBody([{ pointer, message, todo }], 'MESSAGE_INVALID');
  };
  if (expectedVersion !== undefined)
    refuse('/expectedVersion', 'the body and If-Match both say it', 'Say it in one of them.');
  const [one, other] = new Set(lines.map(({ sku }) => sku));
  if (other === undefined) return;
  const message = `If-Match names one version, and the lines are of ${one} and of ${other}`;
  refuse('/lines', message, 'State expectedVersion in the lines.');
}
