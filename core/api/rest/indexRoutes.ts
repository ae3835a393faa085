/** What there is: addresses, their document, and the codes of what is refused. */
import { type Code, codes, StockbusError } from '../../errors.ts';
import { asyncApi } from '../asyncApi.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { openApi, templateOf } from '../openApi.ts';
import type { Route, Subject } from '../Route.ts';
import { shape } from '../shape.ts';

const indexSchema = new NamedSchema(
  'Index',
  shape.object({
    name: { const: 'stockbus' },
    zone: shape.text('IANA zone of its business days.'),
    currency: shape.text('ISO 4217 code of the currency in which stock is valued.'),
    addresses: shape.list(shape.object(shape.texts('method path summary'))),
    flows: shape.list(shape.object(shape.texts('name href'), shape.texts('about contentType'))),
  }),
);

const documentSchema = new NamedSchema('OpenApi', { type: 'object' });

const eventsSchema = new NamedSchema('AsyncApi', { type: 'object' });

const codeSchema = new NamedSchema(
  'ErrorMeaning',
  shape.object({
    code: shape.text(),
    meaning: shape.text('What it means, for somebody who meets it the first time.'),
    todo: shape.text('What to do about it.'),
    status: { type: 'integer' },
    retryable: shape.flag('The same may go well later, without anybody correcting anything.'),
  }),
);

/** Made once for hubs with a token and once for those without: it is as large as it is always the same. */
const documents = new Map<boolean, string>();

function documentText(subjects: readonly Subject[], secured: boolean): string {
  const known = documents.get(secured) ?? JSON.stringify(openApi(subjects, secured));
  documents.set(secured, known);
  return known;
}

/** Of the list that they are in themselves. */
export const indexRoutes = (subjects: () => readonly Subject[]): readonly Route[] => [
  {
    method: 'get',
    path: '/',
    scope: 'known',
    rows: 'none',
    summary: 'What there is.',
    answer: indexSchema,
    handle: async ({ hub }, _request, response) => {
      const flows = hub.inboundFlows().map((flow) => ({ ...flow, href: `/v1/flows/${flow.name}` }));
      const addresses = subjects()
        .flatMap(({ routes }) => routes)
        .map(({ method, path, summary }) => ({
          method: method.toUpperCase(),
          path: templateOf(path),
          summary,
        }));
      const { zone, currency } = hub.policy;
      response.json({ name: 'stockbus', zone, currency, addresses, flows });
    },
  },
  ...['/openapi.json', '/v1/openapi'].map(
    (path): Route => ({
      ...{ method: 'get', path, scope: 'known', rows: 'none', answer: documentSchema },
      summary: 'This interface as an OpenAPI 3.1 document.',
      handle: async ({ secured }, _request, response) => {
        response.type('json').send(documentText(subjects(), secured));
      },
    }),
  ),
  {
    method: 'get',
    path: '/asyncapi.json',
    scope: 'known',
    rows: 'none',
    summary: 'Events and calls to subscribers as an AsyncAPI 3.0 document.',
    answer: eventsSchema,
    handle: async (_context, _request, response) => {
      response.json(asyncApi());
    },
  },
  {
    method: 'get',
    path: '/v1/errors/:code',
    scope: 'known',
    rows: 'none',
    summary: 'What the code of a refusal means, and what to do about it.',
    params: { code: '`code` of a problem.' },
    answer: codeSchema,
    errors: ['HTTP_NOT_FOUND'],
    example: { params: { code: 'HTTP_NOT_FOUND' } },
    handle: async (_context, request, response) => {
      const code = String(request.params.code);
      if (!Object.hasOwn(codes, code)) {
        throw new StockbusError('HTTP_NOT_FOUND', `there is no code '${code.slice(0, 100)}'`);
      }
      const { meaning, todo, status, retryable } = codes[code as Code];
      response.json({ code, meaning, todo, status, retryable });
    },
  },
];
