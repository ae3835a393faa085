/** Subscriptions: the events of `/v1/events`, each with what it says as fields. */
import {
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
} from 'graphql';
import { StockbusError } from '../../errors.ts';
import type { EventType } from '../../message.ts';
import { schemas } from '../../schemaKinds.ts';
import type { JsonSchema } from '../../spec.ts';
import { streamBounds } from '../events/bounds.ts';
import { gapFacts } from '../events/eventRoutes.ts';
import type { OpenStream } from '../events/LiveEvents.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { problemSchema } from '../problem.ts';
import { extended, shape } from '../shape.ts';
import type { OutputTypes } from './outputTypes.ts';
import type { RouteCalls } from './RouteCalls.ts';

/** By the name of the field. */
const types = {
  stockChanged: 'stock.changed.v1',
  reservationChanged: 'reservation.changed.v1',
} as const satisfies Record<string, EventType>;

const gapSchema = new NamedSchema(
  'EventGap',
  extended(problemSchema, {
    group: shape.text(),
    after: shape.count('Number of the last event before it.'),
    next: shape.count('Number of the first after it.'),
  }),
);

const names = { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) };

export const subscriptionType = (made: OutputTypes): GraphQLObjectType =>
  new GraphQLObjectType({
    name: 'Subscription',
    fields: () =>
      Object.fromEntries(Object.entries(types).map(([name, type]) => [name, field(type, made)])),
  });

function field(type: EventType, made: OutputTypes): GraphQLFieldConfig<unknown, RouteCalls> {
  const { title, description } = schemas[type] as { title: string; description: string };
  const event = made.object(`${title}Event`, () => ({
    id: { type: new GraphQLNonNull(GraphQLString), description: 'Where to go on: `after`.' },
    time: { type: GraphQLString },
    source: { type: GraphQLString },
    data: { type: made.of(dataSchema(type), title), description: 'Null in a gap.' },
    gap: {
      type: made.of(gapSchema, 'EventGap'),
      description: 'Events are kept no more: read the lists anew.',
    },
  }));
  return {
    type: new GraphQLNonNull(event),
    description,
    args: {
      skus: { ...names, description: 'Only what is about one of these.' },
      locations: { ...names, description: 'Only what is about one of these.' },
      after: { type: GraphQLString, description: 'Goes on after the event of this id.' },
    },
    subscribe: (_, args, calls) => follow(type, args as Asked, calls),
    resolve: (payload) => payload,
  };
}

/** Values are left out for whoever may not read them. */
function dataSchema(type: EventType): JsonSchema {
  const { required, ...rest } = schemas[type] as JsonSchema & { required: string[] };
  return { ...rest, required: required.filter((one) => one !== 'value' && one !== 'currency') };
}

interface Asked {
  skus?: string[] | null;
  locations?: string[] | null;
  after?: string | null;
}

async function follow(
  type: EventType,
  { skus, locations, after }: Asked,
  { context, ended }: RouteCalls,
): Promise<AsyncGenerator<object, void>> {
  refuseMany({ skus, locations });
  const filter = {
    types: [type],
    ...(skus ? { skus } : {}),
    ...(locations ? { locations } : {}),
  };
  const from = after ? { text: after, field: 'after' } : undefined;
  return payloads(await context.live.open(context.caller, filter, from, ended));
}

/** As `/v1/events` does. Throws HTTP_BAD_REQUEST. */
function refuseMany(said: Record<string, readonly string[] | null | undefined>): void {
  for (const [field, list] of Object.entries(said)) {
    if ((list?.length ?? 0) <= streamBounds.names) continue;
    const message = `\`${field}\` has more than ${streamBounds.names} names`;
    throw new StockbusError('HTTP_BAD_REQUEST', message, { field });
  }
}

async function* payloads(stream: OpenStream): AsyncGenerator<object, void> {
  try {
    for await (const item of stream.told) {
      if (item.kind === 'gap') yield { id: item.id, gap: gapFacts(item.gap) };
      if (item.kind !== 'event') continue;
      const { json, unvalued } = item.event;
      yield { ...JSON.parse(stream.showsValues ? json : unvalued), id: item.id };
    }
  } finally {
    stream.close();
  }
}
