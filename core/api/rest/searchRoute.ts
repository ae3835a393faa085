import { type HitKind, hitKinds } from '../../history/hits.ts';
import { search } from '../../history/search.ts';
import { may } from '../auth/Caller.ts';
import type { ApiScope } from '../auth/scopes.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Parameter } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const MOST_CHARACTERS = 512;
const HITS = { most: 50, default: 5 };

const q: Parameter = {
  name: 'q',
  about:
    'What is looked for: a number, a code, a name or an id, the beginning of one, or what a scanner read. Capitals are tried too.',
  schema: { type: 'string', minLength: 1, maxLength: MOST_CHARACTERS, pattern: '\\S' },
  problem: (value) =>
    value.trim() !== '' && value.length <= MOST_CHARACTERS
      ? undefined
      : `is not 1 to ${MOST_CHARACTERS} characters`,
};

const kinds: Parameter = {
  name: 'kinds',
  about: 'Only these, with commas between them.',
  schema: {
    type: 'string',
    pattern: `^(${hitKinds.join('|')})(,(${hitKinds.join('|')}))*$`,
    examples: ['sku,lot'],
  },
  problem: (value) =>
    value.split(',').every((one) => hitKinds.some((kind) => kind === one))
      ? undefined
      : `has something else than ${hitKinds.join(', ')}`,
};

const limit: Parameter = {
  name: 'limit',
  about: 'Hits of a kind, at most.',
  schema: { type: 'integer', minimum: 1, maximum: HITS.most, default: HITS.default },
  problem: (value) =>
    /^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= HITS.most
      ? undefined
      : `is not a number from 1 to ${HITS.most}`,
};

/** What a caller may read who is shown that there is such a thing. */
const scopeOf: Readonly<Record<HitKind, ApiScope>> = {
  document: 'ledger:read',
  sku: 'stock:read',
  lot: 'stock:read',
  location: 'stock:read',
  reference: 'ledger:read',
  order: 'stock:read',
  reservation: 'stock:read',
  partner: 'ledger:read',
  file: 'ledger:read',
  payload: 'ledger:read',
  message: 'ledger:read',
  parked: 'parked:read',
  dead: 'parked:read',
  flow: 'flows:read',
};

const hitSchema = new NamedSchema(
  'SearchHit',
  shape.object(
    {
      kind: shape.choice(hitKinds),
      key: shape.text('Its number, code, name or id.'),
      match: shape.choice(['exact', 'prefix']),
      label: shape.text(
        'What else it is told by: name of an item, partner of a document, flow of a file. May be empty.',
      ),
      facts: shape.map({ type: 'string' }),
      href: shape.text('Where it is read.'),
    },
    { history: shape.text('Where it is told what became of it.') },
  ),
);

const hitsSchema = new NamedSchema(
  'SearchHits',
  shape.object({
    q: shape.text('What was looked for.'),
    groups: shape.list(
      shape.object({
        kind: shape.choice(hitKinds),
        hits: shape.list(hitSchema),
        more: shape.flag('There are others that begin so.'),
      }),
      'Of each kind of which there is one, what is named exactly so first.',
    ),
  }),
);

export const searchRoute: Route = {
  method: 'get',
  path: '/v1/search',
  scope: 'known',
  summary:
    'What has a name that is, or begins, so: documents, SKUs, lots, places, orders, partners, files, messages and the rest, by kind. Of what the caller may not read there is none.',
  answer: hitsSchema,
  example: { query: { q: 'SKU-1' } },
  query: [{ ...q, required: true }, kinds, limit],
  handle: async ({ hub, caller }, _request, response, values) => {
    const asked = values.kinds?.split(',') ?? hitKinds;
    const readable = hitKinds.filter((kind) => asked.includes(kind) && may(caller, scopeOf[kind]));
    const text = values.q!;
    const groups = await search(
      { store: hub.store, flows: () => hub.flows() },
      { text, kinds: readable, limit: Number(values.limit ?? HITS.default) },
    );
    response.json({ q: text, groups });
  },
};
