/** The schema of GraphQL: what routes answer, without a list of its own. */
import {
  type GraphQLFieldConfig,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { NamedSchema } from '../NamedSchema.ts';
import type { Route } from '../Route.ts';
import type { Shapes } from '../shape.ts';
import {
  argumentsOf,
  connectionField,
  type ListRoute,
  parametersOf,
  routeCall,
} from './connections.ts';
import { type AnswerRow, capital, type Fields, OutputTypes } from './outputTypes.ts';
import type { RouteCalls } from './RouteCalls.ts';
import { subscriptionType } from './subscriptionType.ts';

/** What rows name, and what lists can be asked about: `ofSku` of a row leads to all lists of that SKU. */
const THINGS = ['sku', 'document', 'location', 'lot', 'partner', 'reference'] as const;

export function schemaOfRoutes(routes: readonly Route[]): GraphQLSchema {
  const asked = routes.filter(isAsked);
  const lists = listsOf(asked);
  const types: OutputTypes = new OutputTypes((names) => thingsIn(names, lists, types));
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: () => ({
      ...Object.fromEntries(asked.flatMap((route) => singleField(route, types))),
      ...Object.fromEntries(lists.map((list) => [list.name, connectionField(list, types)])),
    }),
  });
  return new GraphQLSchema({ query, subscription: subscriptionType(types) });
}

const isAsked = ({ method, path, answer, scope }: Route): boolean =>
  method === 'get' &&
  path.startsWith('/v1/') &&
  scope !== 'open' &&
  scope !== 'admin' &&
  answer instanceof NamedSchema;

function rowOf({ answer }: Route) {
  const { properties = {} } = (answer as NamedSchema).schema as { properties?: Shapes };
  return (properties.rows as { items?: NamedSchema } | undefined)?.items;
}

/** Those that answer with rows. */
export const listsOf = (routes: readonly Route[]): ListRoute[] =>
  routes.filter(isAsked).flatMap(listOf);

function listOf(route: Route): ListRoute[] {
  const row = rowOf(route);
  const answer = route.answer as NamedSchema;
  return row ? [{ name: fieldNameOf(route), route, answer, row }] : [];
}

/** `/v1/slow-movers` → `slowMovers`; what is one thing, or about one, is called as its answer. */
function fieldNameOf({ path, answer }: Route): string {
  if (path.includes(':')) {
    const { name } = answer as NamedSchema;
    return `${name[0]!.toLowerCase()}${name.slice(1)}`;
  }
  return path
    .slice('/v1/'.length)
    .replace(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase());
}

type NamedField = [name: string, field: GraphQLFieldConfig<unknown, RouteCalls>];

function singleField(route: Route, types: OutputTypes): NamedField[] {
  if (rowOf(route)) return [];
  const answer = route.answer as NamedSchema;
  return [
    [
      fieldNameOf(route),
      {
        type: types.of(answer, answer.name),
        description: route.summary,
        args: argumentsOf(route),
        resolve: (_, args, calls) => calls.answer(routeCall(route, args)),
      },
    ],
  ];
}

/** Fields of a row that lead on. */
function thingsIn(
  names: readonly string[],
  lists: readonly ListRoute[],
  types: OutputTypes,
): Fields {
  const found = THINGS.filter((thing) => names.includes(thing));
  return Object.fromEntries(
    found.map((thing) => [
      `of${capital(thing)}`,
      {
        type: types.object(capital(thing), () => thingFields(thing, lists, types)),
        description: `Whatever lists say of its ${thing}; null where it has none.`,
        resolve: (source: unknown) => {
          const value = (source as AnswerRow)[thing];
          return value === '' || value === undefined ? null : { [thing]: value };
        },
      },
    ]),
  );
}

function thingFields(thing: string, lists: readonly ListRoute[], types: OutputTypes): Fields {
  const about = lists.filter(
    ({ route }) => !route.params && parametersOf(route).some(({ name }) => name === thing),
  );
  return {
    [thing]: { type: new GraphQLNonNull(GraphQLString) },
    ...Object.fromEntries(about.map((list) => [list.name, connectionField(list, types, thing)])),
  };
}
