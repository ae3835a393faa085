/** Many commands of one type in one body, which streams: each goes in by itself, and what is wrong with one is parked. */
import type { Request, Response } from 'express';
import { decodedBody } from '../../codecs/contentCoding.ts';
import { commandFlow } from '../../deployment/CommandDoor.ts';
import { nearestName, StockbusError } from '../../errors.ts';
import type { Payload, Receipt } from '../../ports.ts';
import { requireScope } from '../auth/Caller.ts';
import { writerOf } from '../formats.ts';
import { problemOf } from '../problem.ts';
import type { Context } from '../Route.ts';
import {
  boundedBody,
  codingOf,
  declaredSize,
  familyOf,
  refuseUnready,
  traceOf,
} from '../rest/acceptPayload.ts';
import { type CommandAddress, commandAddresses, commandTypes } from './commandAddresses.ts';

/** Answers 202 when all that came of the body is durable, and only then. */
export async function acceptBulk(
  context: Context,
  request: Request,
  response: Response,
): Promise<void> {
  const { hub, runtime, caller, admission, writers, recent } = context;
  const address = addressOfType(String(request.params.type));
  requireScope(caller, address.scope);
  const sizeBytes = declaredSize(request);
  const coding = codingOf(request, response);
  const format = formatOfBody(request);
  refuseUnready(hub);
  const leave = await admission.enter(sizeBytes, () => refuseUnready(hub));
  const intakeId = runtime.newId();
  const { path: name } = request;
  const payload: Payload = {
    origin: { intakeId, flow: commandFlow(caller.source, address.type), name },
    ...{ actor: caller.actor, contentType: request.headers['content-type'] ?? '' },
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...traceOf(request),
    body: decodedBody(boundedBody(request), coding, name),
  };
  const { contentType, extension, codec } = writerOf(writers, format);
  const read = { name: format, contentType, extension, codec };
  const receipt = await hub.commands.acceptAll(read, payload).finally(leave);
  recent.add(receipt, runtime.now());
  response.status(202).location(`/v1/jobs/${intakeId}`);
  response.json(jobAccepted(receipt, address));
}

function addressOfType(type: string): CommandAddress {
  const found = commandAddresses.find((one) => one.type === type);
  if (found) return found;
  const near = nearestName(type, commandTypes);
  const todo = near ? `did you mean '${near}'?` : `types: ${commandTypes.join(', ')}`;
  const message = `there is no message '${type.slice(0, 100)}'`;
  throw new StockbusError('HTTP_NOT_FOUND', message, { field: 'type' }, { todo });
}

function formatOfBody({ headers }: Request): 'json' | 'csv' {
  const family = familyOf(headers['content-type']);
  if (family === 'json' || family === 'csv') return family;
  const given = headers['content-type'] ?? 'of no type that is stated';
  const message = `the body is ${given}; NDJSON, JSON and CSV are read`;
  const todo = 'State it: content-type: application/x-ndjson, application/json or text/csv.';
  throw new StockbusError('HTTP_WRONG_FORMAT', message, { field: 'content-type' }, { todo });
}

function jobAccepted(
  { origin, records, messages, parked, faults, told, refused }: Receipt,
  { type }: CommandAddress,
): Record<string, unknown> {
  return {
    ...{ id: origin.intakeId, type, state: 'accepted', records },
    ...{ accepted: messages, parked, booked: 0, exists: 0, answers: {}, done: false },
    ...{ faults, told, ...(refused ? { refused: problemOf(refused) } : {}) },
  };
}
