/** The grammar of config/hub.yaml, declared once: reader, defaults, JSON Schema, reference. */
import type { ConnectorSpec } from '../ports.ts';
import {
  choice,
  type Field,
  integer,
  isObject,
  list,
  namedValues,
  optional,
  record,
  reportUnknown,
  text,
} from '../spec.ts';
import { type ConnectorEntry, roles } from './hubConfig.ts';
import { custom, nameIn, schemaOf } from './namedField.ts';

/** A field that may be left out, or stand there with nothing below it: then it has its defaults. */
function withDefaults<T>(of: Field<T>, fallback = of.read({}, [], () => undefined)): Field<T> {
  if (fallback === undefined) return of;
  return {
    ...optional(of, fallback),
    schema: { anyOf: [of.schema, { type: 'null' }], default: fallback },
    read: (value, path, report) => (value === null ? fallback : of.read(value, path, report)),
  };
}

export const EMBEDDED_BROKER = 'file:';
export const EMBEDDED_STORE = 'file:';

export function configFields(connectors: readonly ConnectorSpec[]) {
  return {
    data: optional(
      text(
        'Folder for everything that the hub writes by itself, from the folder above config/. STOCKBUS_DATA overrides it.',
      ),
      'data',
    ),
    broker: optional(
      text(
        'Where accepted work waits: amqp://… for RabbitMQ, file:… for the embedded one in the data folder. STOCKBUS_BROKER overrides it.',
      ),
      EMBEDDED_BROKER,
    ),
    store: optional(
      text(
        'Where stock lives: mongodb://… for MongoDB, file:… for the embedded one in the data folder. STOCKBUS_STORE overrides it.',
      ),
      EMBEDDED_STORE,
    ),
    http: withDefaults(
      record('The HTTP interface.', {
        host: optional(
          text('Address to listen on. Without a token only loopback is allowed.'),
          '127.0.0.1',
        ),
        port: optional(
          integer('Port to listen on; 0 takes a free one.', { min: 0, max: 65_535 }),
          8080,
        ),
        token: optional(
          text(
            'Token that every request must carry as `Authorization: Bearer <token>`. Empty: none is asked for.',
          ),
          '',
        ),
      }),
    ),
    stock: withDefaults(
      record('Rules of the stock.', {
        currency: optional(
          text('Currency of the valuation.', {
            pattern: /^[A-Z]{3}$/,
            shape: 'an ISO 4217 code such as EUR',
          }),
          'EUR',
        ),
        minorDigits: optional(integer('Decimals of that currency.', { min: 0, max: 4 }), 2),
        negative: optional(
          choice(
            'A movement that takes more than is there: allow it and true up when the receipt comes, or deny it.',
            ['allow', 'deny'],
          ),
          'allow',
        ),
        unknownSku: optional(
          choice('A SKU that is new: create the item, or park the message.', ['create', 'park']),
          'create',
        ),
        valuation: optional(
          choice('How the stock of an item is valued that does not say so itself.', [
            'fifo',
            'average',
          ]),
          'fifo',
        ),
        pools: optional(
          namedValues(
            'Cost pools that span several places. Every other place belongs to the pool `main`.',
            list('Places of the pool.', text('Place.')),
          ),
          {},
        ),
      }),
    ),
    connectors: withDefaults(
      namedValues('Connectors that flows name.', connectorField(connectors)),
    ),
    roles: optional(
      list(`Loops that this process runs: ${roles.join(', ')}.`, choice('Loop.', roles), {
        min: 1,
      }),
      [...roles],
    ),
    apply: withDefaults(
      record('Booking.', {
        partitions: optional(
          integer('Queues that documents are spread over by their first SKU.', { min: 1, max: 64 }),
          1,
        ),
      }),
    ),
  };
}

function connectorField(connectors: readonly ConnectorSpec[]): Field<ConnectorEntry> {
  const known = connectors.map((spec) => spec.name);
  return custom<ConnectorEntry>({
    about: 'A connector: its kind, with its options.',
    kind: 'connector',
    schema: { anyOf: schemaOf(connectors, (index) => connectors[index]!.config.schema) },
    read(value, path, report) {
      if (!isObject(value)) {
        report({
          path,
          code: 'CONFIG_WRONG_TYPE',
          message: `${JSON.stringify(value)} is not a kind of connector with options`,
          todo: `write one of ${known.join(', ')}, with a colon`,
        });
        return undefined;
      }
      const kind = nameIn(value, known, path, 'CONFIG_BAD_VALUE', 'kind of connector', report);
      if (kind === undefined || !reportUnknown(value, [kind], path, report)) return undefined;
      const spec = connectors.find((one) => one.name === kind)!;
      const config = spec.config.read(value[kind] ?? {}, [...path, kind], report);
      return config === undefined ? undefined : { kind, config };
    },
  });
}
