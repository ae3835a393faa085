/** GraphQL, read-only. Schema and library are loaded by the first query: a hub that nobody asks starts without them. */
import type { Request, Response } from 'express';
import { NamedSchema } from '../NamedSchema.ts';
import type { Parameter } from '../parameters.ts';
import type { Context, Route, Subject } from '../Route.ts';
import { shape } from '../shape.ts';
import { queryBounds } from './bounds.ts';
import type { GraphqlEndpoint } from './GraphqlEndpoint.ts';

const queryAbout = 'The query, or the subscription where the caller accepts text/event-stream.';

const requestSchema = new NamedSchema(
  'GraphqlRequest',
  shape.body(
    { query: shape.text(queryAbout) },
    {
      operationName: shape.text('Which of several operations.'),
      variables: shape.map({}, 'By their names.'),
      extensions: shape.map({}),
    },
  ),
);

const answerSchema = new NamedSchema(
  'GraphqlAnswer',
  shape.object(
    {},
    {
      data: shape.orNull(shape.map({}), 'What was asked for.'),
      errors: shape.list(
        shape.map({}),
        'Each with the stable code of the refusal in `extensions.code`.',
      ),
      extensions: shape.map({}, '`cost.requested` and `cost.actual`, in points.'),
    },
  ),
);

const parameters: readonly Parameter[] = [
  { name: 'query', about: queryAbout, schema: { type: 'string' } },
  { name: 'operationName', about: 'Which of several operations.', schema: { type: 'string' } },
  { name: 'variables', about: 'By their names, as JSON.', schema: { type: 'string' } },
  { name: 'extensions', about: 'As JSON; none is known.', schema: { type: 'string' } },
];

export function graphqlRoutes(subjects: () => readonly Subject[]): readonly Route[] {
  let endpoint: Promise<GraphqlEndpoint> | undefined;
  const open = async (): Promise<GraphqlEndpoint> => {
    const { GraphqlEndpoint: Endpoint } = await import('./GraphqlEndpoint.ts');
    // What the interface says of itself, GraphQL says by its schema.
    const told = subjects().filter(({ name }) => name !== 'Interface');
    return new Endpoint(told.flatMap(({ routes }) => routes));
  };
  const handle = async (context: Context, request: Request, response: Response): Promise<void> => {
    endpoint ??= open();
    await (await endpoint).handle(context, request, response);
  };
  const shared = {
    path: '/graphql',
    scope: 'known',
    // Each field is held against them, as its address is.
    rows: 'own',
    answer: answerSchema,
    success: 200,
    // GraphQL over HTTP: the answer is the same with another status where nothing could be asked.
    successes: [400],
    errors: ['HTTP_WRONG_FORMAT', 'HTTP_NOT_ACCEPTABLE', 'PAYLOAD_TOO_LARGE'],
    handle,
  } as const;
  return [
    {
      ...shared,
      method: 'get',
      summary: 'Asks by GraphQL, read-only, with the query in the address.',
      query: parameters,
    },
    {
      ...shared,
      method: 'post',
      summary: `Asks by GraphQL, read-only: lists of REST as connections of up to ${queryBounds.first} rows, and what rows lead to.`,
      body: {
        about: 'A request of GraphQL over HTTP.',
        types: ['application/json'],
        schema: requestSchema,
      },
    },
  ];
}
