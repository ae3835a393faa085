/** What clients build on: nothing of the last release breaks but what is meant, and the documents are whole. */
import { deepEqual, match } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { breakingChanges, type Json } from '../../../scripts/breakingChanges.ts';
import { apiDocument, generateAsyncApi } from '../../../scripts/generateApi.ts';

const FOLDER = 'test/golden/api';

/** Of the last release (test/golden/makeGolden.ts keeps it). */
function lastRelease(): Json {
  const versions = readdirSync(FOLDER).flatMap(
    (name) => /^openapi-(.+)\.json$/.exec(name)?.[1] ?? [],
  );
  const [last] = versions.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  return JSON.parse(readFileSync(`${FOLDER}/openapi-${last}.json`, 'utf8'));
}

/** What breaks on purpose, and why. One that breaks nothing any more fails the test. */
const intended: readonly (readonly [RegExp, string])[] = [
  [/the parameter after has the minLength 1$/, 'an empty one was refused before as well'],
  [/the answer\.totals\[\]\.\w+ is gone$/, 'the document named columns that no total ever had'],
  [
    /^POST \/v1\/\S+\/(pause|dismiss|assign): (a body|the body\.\w+) is required$/,
    'it was refused before as well, and the document did not say so',
  ],
];

describe('the contract of the API', () => {
  it('breaks nothing of the last release but what is listed with a reason', () => {
    const found = breakingChanges(lastRelease(), apiDocument() as unknown as Json);
    const isMeant = (one: string): boolean => intended.some(([what]) => what.test(one));
    deepEqual(
      found.filter((one) => !isMeant(one)),
      [],
    );
    const idle = intended.filter(([what]) => !found.some((one) => what.test(one)));
    deepEqual(idle, [], 'these break nothing any more');
  });

  it('has references that lead somewhere, and schemas that are schemas', () => {
    const document = apiDocument();
    const text = JSON.stringify(document);
    for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      const of = document.components as unknown as Record<string, Json>;
      deepEqual([kind, name, of[kind!]?.[name!] !== undefined], [kind, name, true]);
    }
    const events = JSON.parse(generateAsyncApi()) as Json;
    for (const [, path] of JSON.stringify(events).matchAll(/"#\/([\w/]+)"/g)) {
      let place: unknown = events;
      for (const step of path!.split('/')) place = (place as Json)[step];
      deepEqual([path, place !== undefined], [path, true]);
    }
    const ajv = new Ajv({ strict: false });
    for (const schema of Object.values(document.components.schemas)) {
      ajv.validateSchema(schema, true);
    }
  });
});

const operation = (more: object): Json => ({
  paths: { '/v1/things': { post: { 'x-scope': 'stock:write', responses: {}, ...more } } },
  components: { schemas: { Thing: { type: 'object', properties: { a: { type: 'string' } } } } },
});
const query = (...parameters: object[]): Json =>
  operation({ parameters: parameters.map((one) => ({ in: 'query', ...one })) });
const body = (schema: object, required = true): Json =>
  operation({ requestBody: { required, content: { 'application/json': { schema } } } });
const answer = (schema: object, type = 'application/json', status = 200): Json =>
  operation({ responses: { [status]: { content: { [type]: { schema } } } } });
const fields = (properties: object, more: object = {}): object => ({
  ...{ type: 'object', properties },
  ...more,
});
const text = { type: 'string' };

/** What changes → what is said of it; nothing: it breaks nobody. */
const changes: [name: string, before: Json, now: Json, said?: RegExp][] = [
  ['a route that is gone', operation({}), { paths: {} }, /POST \/v1\/things: is gone/],
  ['a new route', { paths: {} }, operation({})],
  ['a scope', operation({}), operation({ 'x-scope': 'admin' }), /wants the scope admin/],
  ['a scope that is no more', operation({}), operation({ 'x-scope': 'known' })],
  ['a token', operation({ security: [] }), operation({}), /wants a token/],
  ['a parameter that is gone', query({ name: 'q', schema: text }), query(), /parameter q is gone/],
  ['a new parameter', query(), query({ name: 'q', schema: text })],
  [
    'a new parameter that is needed',
    query(),
    query({ name: 'q', required: true, schema: text }),
    /parameter q is required/,
  ],
  [
    'a value that is taken no more',
    query({ name: 'q', schema: { enum: ['a', 'b'] } }),
    query({ name: 'q', schema: { enum: ['a', 'c'] } }),
    /parameter q may no longer be b/,
  ],
  [
    'a smaller bound',
    query({ name: 'q', schema: { type: 'integer', maximum: 10 } }),
    query({ name: 'q', schema: { type: 'integer', maximum: 9 } }),
    /q has the maximum 9/,
  ],
  [
    'a larger bound',
    query({ name: 'q', schema: { type: 'integer', maximum: 10 } }),
    query({ name: 'q', schema: { type: 'integer', maximum: 11 } }),
  ],
  ['a body that is needed', operation({}), body(fields({})), /a body is required/],
  [
    'a field of a body that is needed',
    body(fields({ a: text })),
    body(fields({ a: text }, { required: ['a'] })),
    /body\.a is required/,
  ],
  [
    'a field of a body that is taken no more',
    body(fields({ a: text })),
    body(fields({}, { additionalProperties: false })),
    /body\.a is no longer taken/,
  ],
  ['a new field of a body', body(fields({})), body(fields({ a: text }))],
  [
    'a narrower kind in a list of a body',
    body(fields({ a: { type: 'array', items: { type: ['string', 'number'] } } })),
    body(fields({ a: { type: 'array', items: text } })),
    /body\.a\[\] may no longer be number/,
  ],
  [
    'a pattern',
    body(fields({ a: text })),
    body(fields({ a: { type: 'string', pattern: '^x' } })),
    /body\.a has the pattern \^x/,
  ],
  [
    'a field of an answer that is gone, behind a reference',
    answer({ $ref: '#/components/schemas/Thing' }),
    answer(fields({ b: text })),
    /answer\.a is gone/,
  ],
  [
    'a field of an answer that may be left out',
    answer(fields({ a: text }, { required: ['a'] })),
    answer(fields({ a: text })),
    /answer\.a may be left out/,
  ],
  [
    'another kind in an answer',
    answer(fields({ a: text })),
    answer(fields({ a: { type: 'number' } })),
    /answer\.a may be number/,
  ],
  [
    'null in an answer',
    answer(fields({ a: text })),
    answer(fields({ a: { anyOf: [text, { type: 'null' }] } })),
    /answer\.a may be null/,
  ],
  ['a new field of an answer', answer(fields({})), answer(fields({ a: text }))],
  [
    'a format that is given no more',
    answer(text, 'text/csv'),
    answer(text),
    /answered as text\/csv/,
  ],
  ['another status', answer(text), answer(text, 'application/json', 202), /answered by 200/],
];

describe('a change of the API', () => {
  for (const [name, before, now, said] of changes) {
    it(`${name}: ${said ? 'breaks callers, and is named' : 'breaks nobody'}`, () => {
      const found = breakingChanges(before, now);
      if (said) match(found.join('\n'), said);
      deepEqual(found.length, said ? 1 : 0, found.join('\n'));
    });
  }
});
