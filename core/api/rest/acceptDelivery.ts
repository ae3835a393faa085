/** `POST /v1/webhooks/{flow}`: what systems post that have no token of the hub, and sign what they send. */
import type { Request, Response } from 'express';
import { decodedBody } from '../../codecs/contentCoding.ts';
import { faultOf, isRetryable, StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Doorkeeper, Payload, Receipt } from '../../ports.ts';
import type { Admission } from '../Admission.ts';
import { problemOf } from '../problem.ts';
import { type AcceptParts, codingOf, refuseUnready, traceOf } from './acceptPayload.ts';

interface DeliveryParts extends AcceptParts {
  strangers: Admission;
}

/**
 * Answers 401 and reads nothing where the signature is wrong, and else 202 when all that came of the delivery is durable. One
 * that cannot be read at all is parked as a whole, and taken all the same: nobody at the other side would correct it.
 */
export async function acceptDelivery(
  request: Request,
  response: Response,
  parts: DeliveryParts,
): Promise<void> {
  const { hub, runtime, admission, accepted } = parts;
  const flow = String(request.params.flow);
  refuseUnready(hub);
  const keeper = keeperOf(hub.door.keeperOf(flow), flow);
  const coding = codingOf(request, response);
  const { headers } = request;
  const { body, leave: leaveStrangers } = await readBody(request, parts);
  try {
    const id = keeper.check({ headers, body }, runtime.now());
    const leave = await admission.enter(body.byteLength, () => refuseUnready(hub));
    const name = id?.slice(0, NAME_CHARACTERS) ?? `/v1/webhooks/${flow}`;
    const contentType = headers['content-type'];
    const payload: Payload = {
      origin: { intakeId: runtime.newId(), flow, name },
      ...(contentType === undefined ? {} : { contentType }),
      ...{ sizeBytes: body.byteLength, ...traceOf(request), headers },
      body: decodedBody(chunksOf(body), coding, name),
    };
    const receipt = await hub
      .accept(flow, payload)
      .catch((error: unknown) => parked(parts, payload, body, error))
      .finally(leave);
    accepted(receipt);
    answer(response, receipt);
  } finally {
    leaveStrangers();
  }
}

/** All of it, which takes room among that of strangers until `leave` is called. */
async function readBody(
  request: Request,
  { hub, strangers }: DeliveryParts,
): Promise<{ body: Buffer; leave: () => void }> {
  const declaredBytes = parseInt(request.headers['content-length'] ?? '', 10);
  if (declaredBytes > limits.deliveryBytes) throw tooLarge();
  const bytes = Number.isNaN(declaredBytes) ? limits.deliveryBytes : declaredBytes;
  const leave = await strangers.enter(bytes, () => refuseUnready(hub));
  try {
    return { body: await wholeBody(request), leave };
  } catch (error) {
    leave();
    throw error;
  }
}

const NAME_CHARACTERS = 200;

function keeperOf(keeper: Doorkeeper | undefined, flow: string): Doorkeeper {
  if (keeper) return keeper;
  const message = `no flow '${flow.slice(0, 100)}' takes deliveries that are signed`;
  throw new StockbusError('HTTP_NOT_FOUND', message, undefined, {
    todo: 'Give the flow `from: { webhooks: NAME }`.',
  });
}

const tooLarge = (): StockbusError =>
  new StockbusError(
    'PAYLOAD_TOO_LARGE',
    `the delivery is larger than ${limits.deliveryBytes} bytes`,
  );

async function wholeBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.byteLength;
      if (bytes > limits.deliveryBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof StockbusError) throw error;
    const message = 'the connection broke before the whole body had come';
    throw new StockbusError('HTTP_INCOMPLETE', message, undefined, { cause: error });
  }
  return Buffer.concat(chunks);
}

async function* chunksOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

/** Throws what is worth another attempt of the sender. */
async function parked(
  { hub }: Pick<AcceptParts, 'hub'>,
  { origin }: Payload,
  body: Buffer,
  error: unknown,
): Promise<Receipt> {
  const refused = faultOf(error);
  if (isRetryable(refused)) throw error;
  const isSmall = body.byteLength <= limits.refusedDeliveryBytes;
  const text = isSmall ? { text: body.toString('utf8') } : {};
  const whole = { origin, sizeBytes: body.byteLength, body: chunksOf(body), ...text };
  await hub.door.park(whole, refused);
  const none = { records: 0, filtered: 0, messages: 0, faults: [], told: [] };
  return { origin, ...none, parked: 1, refused };
}

function answer(response: Response, { origin, records, messages, parked, refused }: Receipt): void {
  response.status(202).location(`/v1/messages/${origin.intakeId}`);
  const { intakeId, flow } = origin;
  const counts = { records, messages, parked };
  response.json({ intakeId, flow, ...counts, ...(refused ? { refused: problemOf(refused) } : {}) });
}
