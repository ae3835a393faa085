import { type Code, StockbusError } from '../../errors.ts';
import type { RabbitAddress } from './address.ts';
import { type BrokerRefusal, nameOfReply, refusalOfReply } from './refusals.ts';

const codeOf = (error: unknown): string | number | undefined =>
  typeof error === 'object' && error !== null && 'code' in error
    ? (error.code as string | number)
    : undefined;

export const reasonText = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0)
    return reasonText(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};

/** Undefined for what no server has said. */
function refusalOf(error: unknown): BrokerRefusal | undefined {
  const code = codeOf(error);
  return typeof code === 'number' ? refusalOfReply(code, reasonText(error)) : undefined;
}

export const isNotFound = (error: unknown): boolean => refusalOf(error) === 'gone';
export const isConflict = (error: unknown): boolean => refusalOf(error) === 'differs';
/** No attempt to send it can ever succeed. */
export const isOfMessage = (error: unknown): boolean => refusalOf(error) === 'message';

/** Why no connection came about, and what to do in this very case. */
export function connectFailure(error: unknown, address: RabbitAddress): StockbusError {
  const text = reasonText(error);
  const { place, user, virtualHost } = address;
  const refused = (message: string, todo?: string): StockbusError =>
    new StockbusError('BROKER_UNREACHABLE', message, undefined, {
      cause: error,
      ...(todo ? { todo } : {}),
    });
  if (/ACCESS_REFUSED/.test(text)) {
    return refused(
      `RabbitMQ at ${place} refuses the login of user '${user}'`,
      'check user and password in STOCKBUS_BROKER; guest may log in from the same machine only',
    );
  }
  if (/vhost .* not found|access to vhost|Expected ConnectionOpenOk/.test(text)) {
    return refused(
      `RabbitMQ at ${place} does not open virtual host '${virtualHost}' to user '${user}'`,
      `run: rabbitmqctl add_vhost '${virtualHost}' && rabbitmqctl set_permissions -p '${virtualHost}' '${user}' '.*' '.*' '.*'`,
    );
  }
  return refused(`no connection to RabbitMQ at ${place}: ${text}`);
}

const INEQUIVALENT =
  /inequivalent arg '([^']+)' for (queue|exchange) '([^']+)' in vhost '[^']*': received (.+?) but current is (.+?)"?$/;
const plain = (text: string): string =>
  text.replace(/^(the value )?'([^']*)'.*$/, '$2').replace(/^none$/, 'not set');

/** Names what exists differently, in which property, and how to get out of it. */
export function conflict(error: unknown): StockbusError {
  const match = INEQUIVALENT.exec(reasonText(error));
  if (!match)
    return new StockbusError('BROKER_TOPOLOGY_CONFLICT', reasonText(error), undefined, {
      cause: error,
    });
  const [, property, kind, name, ours, theirs] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const message = `${kind} '${name}' exists with ${property} ${plain(theirs)}, the hub declares ${plain(ours)}`;
  const remove =
    kind === 'queue'
      ? `let it run empty and delete it (rabbitmqctl delete_queue ${name})`
      : `delete the exchange ${name}`;
  return new StockbusError('BROKER_TOPOLOGY_CONFLICT', message, undefined, {
    cause: error,
    todo: `${remove}, or use another virtual host, or another prefix: amqp://...?prefix=other.`,
  });
}

/** What an operation ended with, for the caller: what the server said, or that it is gone. */
export function told(error: unknown): StockbusError {
  if (error instanceof StockbusError) return error;
  const refusal = refusalOf(error);
  const name = nameOfReply(Number(codeOf(error)));
  const text = reasonText(error);
  const says = name === undefined || text.includes(name) ? text : `${name}: ${text}`;
  const code = refusal === undefined ? 'BROKER_UNREACHABLE' : codesOfRefusals[refusal];
  return new StockbusError(code, `RabbitMQ: ${says}`, undefined, { cause: error });
}

const codesOfRefusals: Readonly<Record<BrokerRefusal, Code>> = {
  again: 'BROKER_UNREACHABLE',
  waits: 'BROKER_REFUSED',
  denied: 'BROKER_DENIED',
  full: 'BROKER_FULL',
  gone: 'BROKER_REFUSED',
  differs: 'BROKER_TOPOLOGY_CONFLICT',
  message: 'PAYLOAD_TOO_LARGE',
};

export function closedError(): StockbusError {
  return new StockbusError('BROKER_CLOSED', 'the broker connection is closed');
}

export function blockedError(reason: string): StockbusError {
  return new StockbusError('BROKER_FULL', `RabbitMQ takes no messages now: ${reason}`);
}

export function noQueue(queue: string): StockbusError {
  return new StockbusError('BROKER_UNROUTABLE', `there is no queue '${queue}'`);
}
