import type { Request, Response } from 'express';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  subscribe,
  validate,
  visit,
} from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { createHandler, parseRequestParams, type RequestParams } from 'graphql-http';
import { StockbusError } from '../../errors.ts';
import { may } from '../auth/Caller.ts';
import { stillLetIn } from '../events/eventRoutes.ts';
import { SseResponse, sseEvent } from '../events/SseResponse.ts';
import { wholeText } from '../jsonBody.ts';
import type { Context, Route } from '../Route.ts';
import { queryBounds } from './bounds.ts';
import { graphqlError } from './graphqlError.ts';
import { QueryCost } from './queryCost.ts';
import { RouteCalls } from './RouteCalls.ts';
import { schemaOfRoutes } from './routeSchema.ts';

interface Asked {
  context: Context;
  request: Request;
  calls: RouteCalls;
}

/** What is to be executed, and what it was taken to cost. */
interface Prepared {
  args: ExecutionArgs;
  operation: OperationDefinitionNode;
  cost: QueryCost;
  requested: number;
}

/** One, or those that come. */
type Results = ExecutionResult | AsyncIterable<ExecutionResult>;

/** GraphQL over HTTP, read-only, by the routes of REST; over Server-Sent Events where a caller accepts those. */
export class GraphqlEndpoint {
  readonly #schema: GraphQLSchema;

  constructor(routes: readonly Route[]) {
    this.#schema = schemaOfRoutes(routes);
  }

  async handle(context: Context, request: Request, response: Response): Promise<void> {
    const isStream =
      request.method !== 'HEAD' && /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
    return isStream
      ? this.#stream(context, request, response)
      : this.#answer(context, request, response);
  }

  async #answer(context: Context, request: Request, response: Response): Promise<void> {
    const ended = new AbortController();
    response.once('close', () => ended.abort());
    const asked: Asked = { context, request, calls: new RouteCalls(context, ended.signal) };
    let prepared: Prepared | undefined;
    const handler = createHandler<Request, Context, undefined>({
      onSubscribe: async (_, params) => {
        const found = await this.#prepared(asked, params);
        if (Array.isArray(found)) return found;
        prepared = found as Prepared;
        if (prepared.operation.operation === 'query') return prepared.args as never;
        return [new GraphQLError('Ask for a subscription with Accept: text/event-stream.')];
      },
      onOperation: async (_req, _args, result) => this.#priced(asked, prepared!, result),
      formatError: (error) => graphqlError(error as Error, request.path, context.runtime),
    });
    const [body, { status, headers = {} }] = await handler({
      method: request.method === 'HEAD' ? 'GET' : request.method,
      url: request.originalUrl,
      headers: request.headers,
      body: () => wholeText(request, queryBounds.bytes),
      raw: request,
      context,
    });
    response
      .status(status)
      .set(headers)
      .end(body ?? undefined);
  }

  /** Distinct connections of the protocol of graphql-sse: results as `next`, and `complete` at the end. */
  async #stream(context: Context, request: Request, response: Response): Promise<void> {
    const sse = new SseResponse(request, response, context.runtime);
    const asked: Asked = { context, request, calls: new RouteCalls(context, sse.ended) };
    const told = (error: Error) => graphqlError(error, request.path, context.runtime);
    const found = await this.#prepared(asked, await paramsOf(request));
    const results: Results = Array.isArray(found)
      ? { errors: found }
      : await this.#results(asked, found as Prepared);
    if (!(Symbol.asyncIterator in results) && results.data === undefined) {
      const errors = results.errors?.map(told) ?? [];
      response.status(400).json({ errors });
      return;
    }
    sse.begin(async () => {
      await stillLetIn(context.callers, request);
      return ':\n\n';
    });
    try {
      const all = Symbol.asyncIterator in results ? results : [results];
      for await (const { errors, ...result } of all) {
        const said = errors ? { ...result, errors: errors.map(told) } : result;
        await sse.write(sseEvent('next', JSON.stringify(said)));
        await sse.flush();
      }
      await sse.close('event: complete\ndata:\n\n');
    } catch (error) {
      await sse.fail(error);
    }
  }

  async #results(asked: Asked, prepared: Prepared): Promise<Results> {
    const { args, operation } = prepared;
    if (operation.operation === 'subscription') return subscribe(args);
    return this.#priced(asked, prepared, await execute(args));
  }

  /** Throws what is none of GraphQL's business: HTTP_TOO_MANY. */
  async #prepared(
    { context, request, calls }: Asked,
    params: RequestParams,
  ): Promise<Prepared | readonly GraphQLError[]> {
    const { document, errors } = this.#document(context, params.query);
    if (errors) return errors;
    const operation = getOperationAST(document, params.operationName);
    if (!operation) return [new GraphQLError('It says no operation, or not which of several.')];
    const schema = this.#schema;
    const { variableDefinitions = [] } = operation;
    const given = getVariableValues(schema, variableDefinitions, params.variables ?? {});
    if (given.errors) return given.errors;
    try {
      const variables = given.variableValues;
      const cost = new QueryCost({ schema, document, operation, variables });
      const requested = cost.requested();
      await context.charge.check(request, requestsOf(requested));
      const args: ExecutionArgs = {
        ...{ schema, document, contextValue: calls },
        ...(params.operationName ? { operationName: params.operationName } : {}),
        variableValues: params.variables ?? {},
      };
      return { args, operation, cost, requested };
    } catch (error) {
      if (!(error instanceof StockbusError) || error.code === 'HTTP_TOO_MANY') throw error;
      return [new GraphQLError(error.message, { originalError: error })];
    }
  }

  #document(
    { caller }: Context,
    query: string,
  ):
    | { document: DocumentNode; errors?: undefined }
    | { document?: undefined; errors: GraphQLError[] } {
    try {
      const document = parse(query, { maxTokens: queryBounds.tokens });
      // Before it is validated: that takes longer than to read what a small query asks for.
      refuseMany(document);
      const errors = [...validate(this.#schema, document, specifiedRules)];
      if (errors.length > 0) return { errors };
      if (may(caller, 'schema')) return { document };
      const asksSchema = validate(this.#schema, document, [NoSchemaIntrospectionCustomRule]);
      if (asksSchema.length === 0) return { document };
      throw new StockbusError('HTTP_SCOPE', `'${caller.actor}' lacks the scope schema`);
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      if (!(error instanceof StockbusError)) throw error;
      return { errors: [new GraphQLError(error.message, { originalError: error })] };
    }
  }

  /** What it did cost is what is taken of the budget: one request of it was taken before. */
  async #priced(
    { context, request }: Asked,
    { cost, requested }: Prepared,
    result: ExecutionResult,
  ): Promise<ExecutionResult> {
    const actual = cost.actual(result.data);
    await context.charge.take(request, requestsOf(actual) - 1);
    return { ...result, extensions: { ...result.extensions, cost: { requested, actual } } };
  }
}

const requestsOf = (points: number): number => Math.ceil(points / queryBounds.costOfRequest);

function refuseMany(document: DocumentNode): void {
  const found = { aliases: 0, objects: 0 };
  visit(document, {
    Field({ alias, selectionSet }) {
      if (alias) found.aliases += 1;
      if (selectionSet) found.objects += 1;
    },
  });
  for (const [what, many] of Object.entries(found)) {
    const most = queryBounds[what as keyof typeof found];
    if (many <= most) continue;
    const message = `it names ${many} ${what}, and ${most} are the most`;
    throw new StockbusError('GRAPHQL_TOO_COMPLEX', message);
  }
}

/** As graphql-http reads them. */
async function paramsOf(request: Request): Promise<RequestParams> {
  const read = await parseRequestParams({
    method: request.method,
    url: request.originalUrl,
    headers: request.headers,
    body: () => wholeText(request, queryBounds.bytes),
    raw: request,
    context: undefined,
  }).catch((error: Error) => {
    throw new StockbusError('HTTP_BAD_REQUEST', error.message);
  });
  if ('query' in read) return read;
  throw new StockbusError('HTTP_WRONG_FORMAT', 'the body is no JSON in UTF-8');
}
