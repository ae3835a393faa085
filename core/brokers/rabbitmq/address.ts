import { StockbusError } from '../../errors.ts';
import { isServerAddress } from '../../serverAddress.ts';

/** What the address of a RabbitMQ says, apart. */
export interface RabbitAddress {
  /** For the driver: with the password, without our own options. */
  url: string;
  /** For people: host and port. */
  place: string;
  user: string;
  virtualHost: string;
  /** Begins the name of everything that is declared. */
  prefix: string;
}

const HEARTBEAT_SECONDS = '10';
const PREFIX = /^[A-Za-z0-9._-]{1,60}$/;

/**
 * Reads `amqp://user:password@host:port/vhost`. Options after `?`: `prefix` (of all names, `stockbus.`
 * when left out), `heartbeat` in seconds, and what amqplib knows. Throws CONFIG_BAD_VALUE.
 */
export function readAddress(address: string): RabbitAddress {
  const url = parse(address);
  const prefix = url.searchParams.get('prefix') ?? 'stockbus.';
  if (!PREFIX.test(prefix)) {
    throw new StockbusError(
      'CONFIG_BAD_VALUE',
      `'${prefix}' cannot begin the names of queues`,
      undefined,
      {
        todo: 'use up to 60 letters, digits, dots, hyphens and underscores',
      },
    );
  }
  url.searchParams.delete('prefix');
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', HEARTBEAT_SECONDS);
  const port = url.port || (url.protocol === 'amqps:' ? '5671' : '5672');
  return {
    url: url.href,
    place: `${url.hostname}:${port}`,
    user: decodeURIComponent(url.username) || 'guest',
    virtualHost: decodeURIComponent(url.pathname.slice(1)) || '/',
    prefix,
  };
}

function parse(address: string): URL {
  const url = isServerAddress(address) ? URL.parse(address) : undefined;
  if (url?.hostname && ['amqp:', 'amqps:'].includes(url.protocol)) return url;
  throw new StockbusError(
    'CONFIG_BAD_VALUE',
    'the address of the broker is not one of RabbitMQ',
    undefined,
    {
      todo: 'write amqp://user:password@host:5672/vhost, special characters of the password as %XX',
    },
  );
}
