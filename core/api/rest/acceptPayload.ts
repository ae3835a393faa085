/** `POST /v1/flows/{flow}`: the body, as it comes, through the hub to the broker. */
import type { Request, Response } from 'express';
import { decodedBody, isReadCoding, readCodings } from '../../codecs/contentCoding.ts';
import { codes, isRetryable, StockbusError } from '../../errors.ts';
import type { Hub } from '../../hub.ts';
import { limits } from '../../limits.ts';
import type { Payload, Receipt } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { Admission } from '../Admission.ts';
import type { Caller } from '../auth/Caller.ts';
import { problemOf } from '../problem.ts';

export interface AcceptParts {
  hub: Hub;
  runtime: Runtime;
  admission: Admission;
  accepted: (receipt: Receipt) => void;
}

interface PayloadParts extends AcceptParts {
  caller: Pick<Caller, 'actor'>;
}

/** Answers 202 when all that came of the body is durable, and only then. */
export async function acceptPayload(
  request: Request,
  response: Response,
  { hub, runtime, admission, accepted, caller }: PayloadParts,
): Promise<void> {
  const flow = String(request.params.flow);
  const sizeBytes = declaredSize(request);
  const coding = codingOf(request, response);
  checkFormat(request, hub, flow);
  // Before any of the body is read: what could not be published would lie in memory until that is known.
  refuseUnready(hub);
  const leave = await admission.enter(sizeBytes, () => refuseUnready(hub));
  const intakeId = runtime.newId();
  const contentType = request.headers['content-type'];
  const payload: Payload = {
    origin: { intakeId, flow, name: `/v1/flows/${flow}` },
    actor: caller.actor,
    ...(contentType === undefined ? {} : { contentType }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...traceOf(request),
    headers: headersOf(request),
    body: decodedBody(boundedBody(request), coding, `/v1/flows/${flow}`),
  };
  const receipt = await hub
    .accept(flow, payload)
    .catch((error: unknown) => {
      throw contentType?.startsWith(FORM) ? ofForm(error) : error;
    })
    .finally(leave);
  accepted(receipt);
  const { records, messages, handed, filtered, droppedParts, passedOver, parked } = receipt;
  const { faults, told, refused } = receipt;
  response.status(202).location(`/v1/messages/${intakeId}`);
  response.json({
    intakeId,
    flow,
    records,
    messages,
    handed,
    filtered,
    droppedParts,
    passedOver,
    parked,
    faults,
    told,
    ...(refused ? { refused: problemOf(refused) } : {}),
  });
}

/** A flow may read them, and its records may be parked: who called is known by then, and by what is nobody's business. */
function headersOf({ headers }: Request): Request['headers'] {
  const { authorization: _, cookie: __, ...rest } = headers;
  return rest;
}

export function refuseUnready(hub: Hub): void {
  const refusal = hub.refusal();
  if (refusal) throw refusal;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** What a vendor may add to a trace, at most. */
const TRACESTATE_CHARACTERS = 512;

/** W3C Trace Context of the caller. What is none is left out, as the standard wants. */
export function traceOf({ headers }: Request): Pick<Payload, 'trace'> {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return {};
  const isKept = typeof tracestate === 'string' && tracestate.length <= TRACESTATE_CHARACTERS;
  return { trace: { traceparent, ...(isKept ? { tracestate } : {}) } };
}

const tooLarge = (): StockbusError =>
  new StockbusError('PAYLOAD_TOO_LARGE', `the body is larger than ${limits.requestBytes} bytes`);

export function declaredSize({ headers }: Request): number | undefined {
  const length = headers['content-length'];
  if (length === undefined) return undefined;
  const bytes = parseInt(length, 10);
  if (bytes > limits.requestBytes) throw tooLarge();
  return bytes;
}

/** Leaving the loop early must not destroy the request: its connection carries the answer. */
export async function* boundedBody(request: Request): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.byteLength;
      if (bytes > limits.requestBytes) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof StockbusError) throw error;
    const message = 'the connection broke before the whole body had come';
    throw new StockbusError('HTTP_INCOMPLETE', message, undefined, { cause: error });
  }
}

const FORM = 'application/x-www-form-urlencoded';

/** What `curl -d` sends: a file without its line ends. It says so where the body could not be read. */
function ofForm(error: unknown): unknown {
  if (!(error instanceof StockbusError) || isRetryable(error.fault)) return error;
  const { code, todo = codes[code].todo } = error.fault;
  if (codes[code].status !== 422) return error;
  error.fault.todo = `with curl, send a file by \`--data-binary @FILE -H 'content-type: …'\`: \`-d\` drops its line ends; otherwise: ${todo}`;
  return error;
}

/** How the sender says that the body is compressed. */
export function codingOf({ headers }: Request, response: Response): string {
  const coding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (isReadCoding(coding)) return coding;
  response.setHeader('accept-encoding', readCodings);
  const message = `the body is compressed by '${coding}', and ${readCodings} are read`;
  throw new StockbusError('HTTP_WRONG_FORMAT', message);
}

export type Family = 'json' | 'xml' | 'csv' | 'form';

/** Families of formats that cannot be mistaken for each other; undefined where it says nothing. */
export function familyOf(contentType: string | undefined): Family | undefined {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  if (type.startsWith('multipart/')) return 'form';
  if (/[/+-](?:json|ndjson|jsonlines|jsonl)$/.test(type)) return 'json';
  if (/[/+]xml$/.test(type)) return 'xml';
  if (/\/(?:csv|tab-separated-values)$/.test(type)) return 'csv';
  return undefined;
}

/** Senders say text/plain or curl's form type for anything; only a plain contradiction is refused. */
function checkFormat({ headers }: Request, hub: Hub, flow: string): void {
  const expected = hub.inboundFlows().find(({ name }) => name === flow)?.contentType;
  const given = familyOf(headers['content-type']);
  const wanted = familyOf(expected);
  if (given === undefined || wanted === undefined || given === wanted) return;
  const message = `the body is ${headers['content-type']}, and '${flow}' reads ${expected}`;
  throw new StockbusError('HTTP_WRONG_FORMAT', message);
}
