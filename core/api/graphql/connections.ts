/** Lists of routes as connections: `nodes`, `edges`, `pageInfo`, and the facts beside the rows. */
import {
  GraphQLBoolean,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
} from 'graphql';
import { invalidCursor, readCursor, writeCursor } from '../../cursor.ts';
import { limits } from '../../limits.ts';
import type { NamedSchema } from '../NamedSchema.ts';
import type { Parameter } from '../parameters.ts';
import type { Route } from '../Route.ts';
import type { AnyShape } from '../shape.ts';
import { queryBounds } from './bounds.ts';
import { type AnswerRow, capital, isName, type OutputTypes } from './outputTypes.ts';
import type { RouteCalls } from './RouteCalls.ts';

export interface ListRoute {
  /** Of its field. */
  name: string;
  route: Route;
  answer: NamedSchema;
  row: AnyShape;
}

type Args = Readonly<Record<string, unknown>>;

/** Parameters that a connection has by other names, or not at all. */
const OWN = ['after', 'limit', 'format'];

const pageInfo = new GraphQLObjectType({
  name: 'PageInfo',
  fields: {
    hasNextPage: { type: new GraphQLNonNull(GraphQLBoolean) },
    endCursor: { type: GraphQLString, description: 'Pass it as `after` for what follows.' },
  },
});

const firstArgument = {
  type: new GraphQLNonNull(GraphQLInt),
  description: `Rows at most, from 1 to ${queryBounds.first}; they are what a query costs.`,
};

const typeOfParameter = ({ schema }: Parameter) =>
  schema.type === 'integer'
    ? GraphQLInt
    : schema.type === 'boolean'
      ? GraphQLBoolean
      : GraphQLString;

export const parametersOf = ({ query = [] }: Route): readonly Parameter[] =>
  query.filter(({ name }) => !OWN.includes(name) && isName(name));

export const argumentsOf = (
  { params = {}, ...route }: Route,
  without?: string,
): GraphQLFieldConfigArgumentMap => ({
  ...Object.fromEntries(
    Object.entries(params).map(([name, description]) => [
      name,
      { type: new GraphQLNonNull(GraphQLString), description },
    ]),
  ),
  ...Object.fromEntries(
    parametersOf(route as Route)
      .filter(({ name }) => name !== without)
      .map((one) => [one.name, { type: typeOfParameter(one), description: one.about }]),
  ),
});

/** `of`: a parameter that the place where it stands says. */
export function connectionField(
  { name, route, answer, row }: ListRoute,
  types: OutputTypes,
  of?: string,
): GraphQLFieldConfig<unknown, RouteCalls> {
  const node = new GraphQLNonNull(types.of(row, `${capital(name)}Row`));
  const edge = types.object(`${capital(name)}Edge`, () => ({
    node: { type: node },
    cursor: { type: new GraphQLNonNull(GraphQLString) },
  }));
  const list = (type: GraphQLOutputType) => new GraphQLNonNull(new GraphQLList(type));
  const connection = types.object(`${capital(name)}Connection`, () => ({
    nodes: { type: list(node), extensions: SIZED },
    edges: { type: list(new GraphQLNonNull(edge)), extensions: SIZED },
    pageInfo: { type: new GraphQLNonNull(pageInfo) },
    ...types.fields(answer.schema, answer.name, ['rows', 'next']),
  }));
  return {
    type: connection,
    description: route.summary,
    args: {
      first: firstArgument,
      after: { type: GraphQLString, description: '`endCursor`, or the cursor of an edge.' },
      ...argumentsOf(route, of),
    },
    resolve: (source, args, calls) => {
      const bound = of === undefined ? {} : { [of]: (source as AnswerRow)[of] };
      return pageOf(route, { ...args, ...bound }, calls);
    },
  };
}

/** As many as `first` says. */
export const SIZED = { isSized: true } as const;

/** An edge is found again by the page that it is in and its place there; at the end of one that is the next. */
async function pageOf(route: Route, args: Args, calls: RouteCalls): Promise<object> {
  const { first, after, ...said } = args as Args & { first: number; after?: string };
  const [from = '', skip = 0] = (readCursor(after, ['string', 'number']) ?? []) as [
    string?,
    number?,
  ];
  if (!Number.isInteger(skip) || skip < 0 || skip > limits.pageRows) throw invalidCursor();
  const isPaged = route.query?.some(({ name }) => name === 'limit') ?? false;
  const paging: Record<string, string> = isPaged
    ? {
        limit: String(Math.min(skip + first, limits.pageRows)),
        ...(from === '' ? {} : { after: from }),
      }
    : {};
  const call = routeCall(route, said);
  const { rows, next, ...facts } = (await calls.answer({
    ...call,
    values: { ...call.values, ...paging },
  })) as { rows: AnswerRow[]; next?: string };
  const shown = rows.slice(skip, skip + first);
  const isLast = next === undefined && rows.length <= skip + first;
  const cursorOf = (index: number): string => {
    const done = skip + index + 1;
    return done === rows.length && next !== undefined
      ? writeCursor([next, 0])
      : writeCursor([from, done]);
  };
  // A page may have no row that the caller sees, or fewer than were passed.
  const beyond = next === undefined ? null : writeCursor([next, Math.max(0, skip - rows.length)]);
  return {
    ...facts,
    nodes: shown,
    edges: shown.map((node, index) => ({ node, cursor: cursorOf(index) })),
    pageInfo: {
      hasNextPage: !isLast,
      endCursor: shown.length > 0 ? cursorOf(shown.length - 1) : beyond,
    },
  };
}

/** Arguments as a route has them: those of its path, and the others as texts. */
export function routeCall(route: Route, said: Args) {
  const given = Object.entries(said).filter(([, value]) => value !== undefined && value !== null);
  const texts = given.map(([name, value]) => [name, String(value)] as const);
  const isOfPath = ([name]: readonly [string, string]): boolean =>
    Object.hasOwn(route.params ?? {}, name);
  return {
    route,
    params: Object.fromEntries(texts.filter(isOfPath)),
    values: Object.fromEntries(texts.filter((one) => !isOfPath(one))),
  };
}
