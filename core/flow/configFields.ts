/** The grammar of config/hub.yaml, declared once: reader, defaults, JSON Schema, reference. */
import type { ClosingCheck } from '../closingChecks.ts';
import { stepHistories } from '../history/stepHistory.ts';
import { valuationMethods } from '../ledger.ts';
import type { ConnectorSpec } from '../ports.ts';
import {
  choice,
  duration,
  type FaultSink,
  type Field,
  identifier,
  integer,
  isObject,
  list,
  namedIdentifiers,
  namedValues,
  optional,
  record,
  reportUnknown,
  text,
} from '../spec.ts';
import { accountRulesField, accountsField } from './accountFields.ts';
import { addressField } from './addressField.ts';
import { dayField } from './dayField.ts';
import { httpField } from './httpField.ts';
import { type ConnectorEntry, replayers, roles } from './hubConfig.ts';
import { custom, nameIn, schemaOf } from './namedField.ts';
import { zoneField } from './zoneField.ts';

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
    name: optional(
      text(
        'Of this deployment: hubs that run the same flows over one store have the same. Left out: the host and this folder. STOCKBUS_NAME overrides it. Give one where hosts come and go, as containers do.',
      ),
      '',
    ),
    data: optional(
      text(
        'Folder for everything that the hub writes by itself, from the folder above config/. STOCKBUS_DATA overrides it.',
      ),
      'data',
    ),
    broker: optional(
      addressField(
        'Where accepted work waits: amqp://… for RabbitMQ, file:… for the embedded one in the data folder. STOCKBUS_BROKER overrides it.',
      ),
      EMBEDDED_BROKER,
    ),
    store: optional(
      addressField(
        'Where stock lives: mongodb://… for MongoDB, file:… for the embedded one in the data folder. STOCKBUS_STORE overrides it.',
      ),
      EMBEDDED_STORE,
    ),
    http: withDefaults(httpField()),
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
        zone: optional(
          zoneField(
            'Zone whose days are the business days: periods, reports as of a day, ages, expiry of lots, rates; and of dates in payloads that name no zone.',
          ),
          'UTC',
        ),
        negative: optional(
          choice(
            'A movement that takes more than is there: allow it and true up when the receipt comes, or deny it.',
            ['allow', 'deny'],
          ),
          'allow',
        ),
        negativePlaces: optional(
          namedIdentifiers(
            'Places where that is otherwise. An item may say otherwise too, and goes first.',
            choice('Whether more may leave the place than it has.', ['allow', 'deny']),
          ),
          {},
        ),
        unknownSku: optional(
          choice('A SKU that is new: create the item, or park the message.', ['create', 'park']),
          'create',
        ),
        valuation: optional(
          choice(
            'How the stock of an item is valued that does not say so itself.',
            valuationMethods,
          ),
          'fifo',
        ),
        pools: optional(
          namedIdentifiers(
            'Cost pools that span several places. Every other place belongs to the pool `main`.',
            list('Places of the pool.', identifier('Place.')),
          ),
          {},
        ),
        rates: optional(
          text(
            'CSV file in config/ with the columns `currency`, `from` (the first day) and `rate`: units of the currency of the valuation for one of the foreign, from that day on. It need not be there while no document comes in a foreign currency.',
          ),
          'rates.csv',
        ),
        closedPeriod: optional(
          choice(
            'A document that is dated in a closed period: refuse it, which parks it, or redirect it to the first open day.',
            ['refuse', 'redirect'],
          ),
          'refuse',
        ),
        dates: withDefaults(datesField()),
        costs: optional(
          choice(
            'A receipt that states no cost: book it and tell it once a payload, or park it when it is booked. What came for nothing has the cost 0; items valued at standard need none.',
            ['tell', 'park'],
          ),
          'tell',
        ),
        closing: withDefaults(closingField()),
        accounts: withDefaults(accountsField()),
        accountRules: withDefaults(accountRulesField()),
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
    events: withDefaults(
      record('Events, by their numbers.', {
        keep: optional(
          duration(
            'For how long events that went out can be read again by who missed some. Only what they refer to is kept.',
          ),
          WEEK_MS,
        ),
      }),
    ),
    history: withDefaults(
      record('What is noted of the way of payloads and events, for `stockbus history`.', {
        keep: optional(
          duration(
            'For how long it is kept which payloads came and how subscribers answered. What was parked and booked is kept anyway.',
          ),
          WEEK_MS,
        ),
        steps: optional(
          choice(
            'Of which records it is kept what they were before and after each step of their flow: of the first that are parked of a payload (errors), of every hundredth too (sampled), of all (full), or of none (off). All together have up to 64 MB; the oldest go first.',
            stepHistories,
          ),
          'errors',
        ),
        redact: optional(
          list('Fields of records, at any depth, whose values are not kept in it.', text('Name.')),
          [],
        ),
      }),
    ),
    parked: withDefaults(
      record('Parked records: how long they are kept, and who sends them again.', {
        ...keptFields({ keepMs: 90 * DAY_MS, most: 100_000 }),
        replayBy: optional(
          choice(
            'Who sends again what was corrected: `anyone` who may, or only `another` than corrected it (four eyes).',
            replayers,
          ),
          'anyone',
        ),
      }),
    ),
    dead: withDefaults(
      record(
        'Dead letters, and how long they are kept.',
        keptFields({ keepMs: 30 * DAY_MS, most: 10_000 }),
      ),
    ),
  };
}

const keptFields = ({ keepMs, most }: { keepMs: number; most: number }) => ({
  keep: optional(duration('For how long after they were resolved, replayed or dismissed.'), keepMs),
  most: optional(
    integer(
      'How many of them are kept, at most: of more the first that were closed go before their time. Those that wait for a person stay in any case; it is told from four fifths on.',
      { min: 100, max: 10_000_000 },
    ),
    most,
  ),
});

const DAY_MS = 86_400_000;

const WEEK_MS = 7 * DAY_MS;

const closingField = () =>
  record(
    'What stands in the way of closing the books is told to whoever closes, or refused, each by itself. Costs that are being found anew are always refused.',
    {
      negative: standing('Cost pools below zero at the end of the period.'),
      guessed: standing('What has left at a guessed cost, and has not come yet.'),
      uncosted: standing('Shortages that left at 0.00, since nobody knew a cost.'),
      unpriced: standing('Receipts of the period that stated no cost and are not invoiced.'),
      returns: standing('Returns of the period whose document is not there, or moved less.'),
      parked: standing('Parked documents that are dated in the period.'),
      transit: standing('Goods in transit at the end of the period.'),
    } satisfies Record<ClosingCheck, unknown>,
  );

const standing = (about: string) => optional(choice(about, ['tell', 'refuse']), 'tell');

const datesField = () =>
  record('Dates that documents may bear; others are typing errors, and parked.', {
    from: optional(dayField('First day, of any date of a message.'), '1990-01-01'),
    to: optional(
      dayField('Last day of what is booked or closed; a year from now where it is left out.'),
    ),
    future: optional(
      choice(
        'What is dated later than tomorrow (in `stock.zone`): book it and tell it once a payload, or park it.',
        ['tell', 'park'],
      ),
      'tell',
    ),
  });

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
      if (kind === undefined) return undefined;
      const spec = connectors.find((one) => one.name === kind)!;
      const sink = toFlow(spec, report);
      const isKnown = reportUnknown(value, [kind], path, sink);
      const config = spec.config.read(value[kind] ?? {}, [...path, kind], sink);
      return config === undefined || !isKnown ? undefined : { kind, config };
    },
  });
}

/** What each use of a connector says for itself belongs into the flow. */
function toFlow(spec: ConnectorSpec, report: FaultSink): FaultSink {
  return (fault) => {
    const name = String(fault.path.at(-1));
    const isOf = (side: 'from' | 'to'): boolean =>
      Object.hasOwn((spec[side]?.schema.properties ?? {}) as object, name);
    const side = (['from', 'to'] as const).find(isOf);
    if (fault.code !== 'CONFIG_UNKNOWN_FIELD' || side === undefined) return report(fault);
    const todo = `it belongs into the flow, beside the connector: \`${side}: { ${spec.name}: …, ${name}: … }\``;
    report({ ...fault, todo });
  };
}
