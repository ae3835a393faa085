/** What a command is answered, as data: it is sent, and may be kept to be sent again. */
import type { Response } from 'express';
import { isStockbusError, type Told } from '../../errors.ts';
import type { InboundMessage } from '../../flow/compiledFlow.ts';
import type { Hub } from '../../hub.ts';
import { HUB } from '../../parked/Cases.ts';
import { isAboutReservation } from '../../stock/reservations/contract.ts';
import { type Caller, may } from '../auth/Caller.ts';
import { problemOf } from '../problem.ts';
import type { CommandOutcome } from './OutcomeWatch.ts';
import { type StateNow, stateNow } from './stateNow.ts';

export interface CommandAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Record<string, unknown>;
}

export interface AnsweredCommand {
  message: InboundMessage;
  intakeId: string;
  source: string;
  told: readonly Told[];
  /** It makes what has an address of its own. */
  makes: boolean;
  caller: Caller;
}

const followed = (intakeId: string): string => `/v1/messages/${intakeId}`;

/** It is durable, and what becomes of it can be followed. */
export function acceptedAnswer({
  message,
  intakeId,
  source,
  told,
}: AnsweredCommand): CommandAnswer {
  const { id, type } = message;
  return {
    status: 202,
    headers: { location: followed(intakeId) },
    body: { ...{ outcome: 'accepted', id, type, source, intakeId }, ...hintsOf(told) },
  };
}

export async function outcomeAnswer(
  hub: Pick<Hub, 'store' | 'desk'>,
  about: AnsweredCommand,
  outcome: CommandOutcome,
  now: string,
): Promise<CommandAnswer> {
  const { message, intakeId, source, told, makes, caller } = about;
  const { id, type } = message;
  const state = await stateNow(hub, message, now);
  // What it is now, others did, too: that is read with stock:read.
  const shown: StateNow = may(caller, 'stock:read') ? state : { facts: {} };
  const known = { id, type, source, intakeId };
  const versioned = shown.version === undefined ? {} : { etag: `"${shown.version}"` };
  if (outcome.outcome === 'refused') {
    const problem = problemOf(outcome.fault);
    if (problem.status === 412) await leaveToSender(hub, outcome.parkedId);
    const current = problem.status === 412 ? { current: shown.facts } : {};
    return {
      status: problem.status,
      headers: problem.status === 412 ? versioned : {},
      body: { ...problem, ...{ id, source, intakeId }, parkedId: outcome.parkedId, ...current },
    };
  }
  const address = addressOf(message);
  const isNew = outcome.outcome === 'booked' && makes;
  return {
    status: isNew ? 201 : 200,
    headers: { ...versioned, ...(isNew && address ? { location: address } : {}) },
    body: {
      ...{ outcome: outcome.outcome, ...known },
      ...resultOf(outcome, about, state),
      ...shown.facts,
      ...hintsOf(told),
    },
  };
}

/** Who asked for it and was told decides anew: nobody else has to see to it. */
async function leaveToSender({ desk }: Pick<Hub, 'desk'>, parkedId: string): Promise<void> {
  try {
    await desk.parked.dismiss(parkedId, HUB, 'its sender was told that the version is another');
  } catch (error) {
    // It was refused as before, and is dismissed since then.
    if (!isStockbusError(error, 'CASE_CLOSED')) throw error;
  }
}

const hintsOf = (told: readonly Told[]): { told?: readonly Told[] } =>
  told.length > 0 ? { told } : {};

/** The code by which the reservation answered this message. */
function resultOf(
  outcome: CommandOutcome,
  { message, source }: AnsweredCommand,
  { facts }: StateNow,
): { result?: string } {
  if (!isAboutReservation(message.type)) return {};
  if (outcome.outcome === 'answered') return { result: outcome.result };
  const { log = [] } = (facts.reservation ?? {}) as {
    log?: readonly { source: string; messageId: string; result: string }[];
  };
  const own = log.findLast(
    (one) => one.messageId === message.id && one.source === `/flows/${source}`,
  );
  return own ? { result: own.result } : {};
}

interface Addressed {
  reservation?: string;
  document?: string;
  sku?: string;
}

function addressOf({ type, data }: InboundMessage): string | undefined {
  const { reservation, document, sku } = data as Addressed;
  if (reservation !== undefined) return `/v1/reservations/${encodeURIComponent(reservation)}`;
  if (document !== undefined && type !== 'order.upsert.v1')
    return `/v1/documents/${encodeURIComponent(document)}`;
  return sku === undefined ? undefined : `/v1/stock/${encodeURIComponent(sku)}`;
}

export function sendAnswer(response: Response, { status, headers, body }: CommandAnswer): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.end(JSON.stringify(body));
}
