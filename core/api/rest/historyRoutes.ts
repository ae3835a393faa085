/** What became of something, and all of one document. */
import { StockbusError } from '../../errors.ts';
import { Historian } from '../../history/Historian.ts';
import { storyFacts } from '../../history/storyFacts.ts';
import { wholeDocument } from '../../history/wholeDocument.ts';
import { identifierOf } from '../../identifier.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { historySchema } from './historySchemas.ts';
import { rowSchemaOf } from './reportSchemas.ts';

const documentSchema = new NamedSchema(
  'WholeDocument',
  shape.object({
    document: shape.text('Its number.'),
    skus: shape.list(rowSchemaOf('documents'), 'A row for each SKU that it moved.'),
    entries: shape.list(rowSchemaOf('ledger')),
    referring: shape.list(rowSchemaOf('documents'), 'Documents that refer to it.'),
    story: historySchema,
  }),
);

const nothingOf = (key: string): StockbusError =>
  new StockbusError('HTTP_NOT_FOUND', `nothing is known of '${key}'`);

export const historyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/history/:key',
    scope: 'ledger:read',
    summary:
      'What became of a document, of what refers to a number, of a SKU, a lot, a partner, an order, a message, a file or a payload, in the order of time.',
    params: { key: 'Number, SKU, lot, partner, order, message, file or payload.' },
    answer: historySchema,
    errors: ['HTTP_NOT_FOUND'],
    example: { params: { key: 'SKU-1' } },
    handle: async ({ hub }, request, response) => {
      const key = String(request.params.key);
      const { store, keyOfRead: keyOf } = hub;
      const story = await new Historian({ store, policy: hub.policy, keyOf }, key).tell();
      if (story.lines.length === 0) throw nothingOf(key);
      response.json(storyFacts(story));
    },
  },
  {
    method: 'get',
    path: '/v1/documents/:number',
    scope: 'ledger:read',
    summary: 'One document: what it moved, its entries, and what became of it.',
    params: { number: 'Number of the document.' },
    answer: documentSchema,
    errors: ['HTTP_NOT_FOUND', 'NAME_BAD_CHARACTER'],
    example: { params: { number: 'GR-SKU-1' } },
    handle: async ({ hub, runtime }, request, response) => {
      const number = identifierOf(String(request.params.number), 'document', 'number');
      const parts = { store: hub.store, policy: hub.policy, keyOf: hub.keyOfRead };
      const facts = await wholeDocument(parts, number, runtime);
      if (!facts) throw nothingOf(number);
      response.json({ ...facts, story: storyFacts(facts.story) });
    },
  },
];
