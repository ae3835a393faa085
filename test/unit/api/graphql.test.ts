import assert from 'node:assert/strict';
import {
  type GraphQLObjectType,
  GraphQLScalarType,
  getNamedType,
  getOperationAST,
  parse,
} from 'graphql';
import { auditServer } from 'graphql-http';
import { KeyDesk } from '../../../core/api/auth/KeyDesk.ts';
import { queryBounds } from '../../../core/api/graphql/bounds.ts';
import { QueryCost } from '../../../core/api/graphql/queryCost.ts';
import { listsOf, schemaOfRoutes } from '../../../core/api/graphql/routeSchema.ts';
import { routes } from '../../../core/api/rest/routes.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { type ApiRig, openApi } from './apiRig.ts';

type Rows = Record<string, unknown>[];
interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: as each query asks
  data?: any;
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
  extensions?: { cost: { requested: number; actual: number } };
}

describe('POST /graphql', () => {
  let rig: ApiRig;

  before(async () => {
    rig = await openApi({ requestsPerMinute: 100_000 });
    const books = new LedgerRig({ store: rig.store });
    for (let number = 1; number <= 7; number += 1) {
      const sku = `S-${number}`;
      await books.book('item.upsert.v1', { sku, name: `Item ${number}`, group: 'G' });
      const lines = ['BER', 'HAM'].map((location, index) => ({
        ...{ line: `${index + 1}`, sku, location, quantity: `${number}.5`, unitCost: '2' },
      }));
      await books.book('receive', { document: `GR-${number}`, at: day(number), lines });
    }
    const held = [{ line: '1', sku: 'S-1', location: 'BER', quantity: '1' }];
    await books.book('reservation.create.v1', { reservation: 'R-1', at: day(8), lines: held });
    const lines = [{ line: '1', sku: 'S-1', location: 'BER', quantity: '99' }];
    await books.send([['issue', { document: 'SO-1', at: day(9), lines }]]);
  });

  after(() => rig.close());

  async function ask(query: string, variables: object = {}, key?: string): Promise<Answer> {
    const answer = await fetch(`${rig.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()) as Answer;
  }

  const codes = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);
  const keyWith = async (wish: object) => {
    const desk = new KeyDesk(rig.store, systemRuntime());
    return (await desk.create({ name: 'k', source: 'k', ...wish } as never, 'test')).key;
  };

  it('passes the audits of GraphQL over HTTP', async () => {
    const results = await auditServer({ url: `${rig.url}/graphql` });
    assert.ok(results.length > 50);
    assert.deepEqual(
      results.filter(({ status }) => status !== 'ok').map(({ name, status }) => [status, name]),
      [],
    );
  });

  it('says what the lists of REST say, row by row, whatever list it is', async () => {
    const schema = schemaOfRoutes(routes);
    const typeOf = (name: string) => schema.getType(name) as GraphQLObjectType;
    let rowsSeen = 0;
    for (const { name, route } of listsOf(routes)) {
      const { type, args } = schema.getQueryType()!.getFields()[name]!;
      const { nodes } = typeOf(String(type)).getFields();
      const plain = Object.values(typeOf(String(getNamedType(nodes!.type))).getFields()).filter(
        (field) => getNamedType(field.type) instanceof GraphQLScalarType && field.args.length === 0,
      );
      const needed = args.filter((one) => String(one.type).endsWith('!') && one.name !== 'first');
      const given = [...needed.map((one) => one.name), ...(name === 'search' ? ['q'] : [])];
      const said = given.map((one) => `, ${one}: "S-1"`).join('');
      const leaves = plain.map((field) => field.name).join(' ');
      const answer = await ask(`{ ${name}(first: 250${said}) { nodes { ${leaves} } } }`);
      const path = route.path.replace(/:\w+/, 'S-1') + (name === 'search' ? '?q=S-1' : '');
      const rest = (await (await fetch(rig.url + path)).json()) as { rows?: Rows; code?: string };
      if (!rest.rows) {
        assert.equal(codes(answer)[0], rest.code, name);
        continue;
      }
      assert.equal(answer.errors, undefined, `${name}: ${JSON.stringify(answer.errors)}`);
      const typed = /Decimal|Instant|JSON/;
      const due = rest.rows.map((one) =>
        Object.fromEntries(
          plain.map((field) => {
            const isEmpty = typed.test(String(field.type)) && one[field.name] === '';
            return [field.name, isEmpty ? null : (one[field.name] ?? null)];
          }),
        ),
      );
      assert.deepEqual(answer.data[name].nodes, due, name);
      rowsSeen += due.length;
    }
    assert.ok(rowsSeen > 100, `${rowsSeen}`);
  });

  it('goes through a list by pages of any size, from any edge', async () => {
    const query = `query ($first: Int!, $after: String) {
      stock(first: $first, after: $after) {
        edges { cursor node { sku location } } pageInfo { hasNextPage endCursor }
      }
    }`;
    const all = (await ask(query, { first: 250 })).data.stock.edges as {
      cursor: string;
      node: object;
    }[];
    assert.equal(all.length, 14);
    for (const first of [1, 3, 7, 14]) {
      const found: object[] = [];
      let page = { hasNextPage: true, endCursor: undefined as string | undefined };
      while (page.hasNextPage) {
        const { stock } = (await ask(query, { first, after: page.endCursor })).data;
        found.push(...stock.edges.map(({ node }: { node: object }) => node));
        page = stock.pageInfo;
      }
      assert.deepEqual(
        found,
        all.map(({ node }) => node),
        `pages of ${first}`,
      );
    }
    const { stock } = (await ask(query, { first: 4, after: all[5]!.cursor })).data;
    assert.deepEqual(
      stock.edges.map(({ node }: { node: object }) => node),
      all.slice(6, 10).map(({ node }) => node),
    );
  });

  it('leads from a row to its SKU, as of a day and as known then, and asks for the same once', async () => {
    const asked: string[] = [];
    const { valuation } = rig.store;
    rig.store.valuation = function (filter, page) {
      asked.push(JSON.stringify(filter));
      return valuation.call(this, filter, page);
    };
    const of = (alias: string, said: string) =>
      `${alias}: valuation(first: 5${said}) { nodes { quantity value } knownAt }`;
    const answer = await ask(`{ stock(first: 14) { nodes { sku ofSku {
      items(first: 1) { nodes { name } }
      ${of('now', '')} ${of('then', ', asOf: "2026-01-03"')} ${of('again', ', asOf: "2026-01-03"')}
    } } } }`);
    rig.store.valuation = valuation;
    assert.equal(answer.errors, undefined);
    const { nodes } = answer.data.stock;
    const third = nodes.find(({ sku }: { sku: string }) => sku === 'S-3').ofSku;
    assert.deepEqual(third.items.nodes, [{ name: 'Item 3' }]);
    assert.deepEqual(third.now.nodes, [{ quantity: '7', value: '14.00' }]);
    assert.deepEqual(third.then, third.again);
    const fourth = nodes.find(({ sku }: { sku: string }) => sku === 'S-4').ofSku;
    assert.deepEqual(fourth.then.nodes, []);
    // Two rows and three fields of each SKU, of which two dates.
    assert.equal(asked.length, 14);
    const { requested, actual } = answer.extensions!.cost;
    assert.ok(requested >= actual && actual > 14 * 5, `${requested} ${actual}`);
  });

  it('counts what an answer did cost, however many fields it has', () => {
    const schema = schemaOfRoutes(routes);
    const fields = Array.from({ length: 100 }, () => 'sku').join(' ');
    const document = parse(`{ stock(first: 250) { nodes { ${fields} } } }`);
    const operation = getOperationAST(document)!;
    const cost = new QueryCost({ schema, document, operation, variables: undefined });
    const requested = cost.requested();
    const nodes = Array.from({ length: 250 }, (_, index) => ({ sku: `S-${index}` }));
    assert.deepEqual([requested, cost.actual({ stock: { nodes } })], [251, 251]);
  });

  it('refuses what is too dear, too deep or too large before it reads anything', async () => {
    const deep = 'ofSku { stock(first: 1) { nodes { '.repeat(5);
    const cases: [string, string][] = [
      ['{ stock(first: 251) { nodes { sku } } }', 'HTTP_BAD_REQUEST'],
      ['{ stock(first: 0) { nodes { sku } } }', 'HTTP_BAD_REQUEST'],
      ['{ stock { nodes { sku } } }', 'GRAPHQL_INVALID'],
      ['{ stock(first: 5) { nodes { weight } } }', 'GRAPHQL_INVALID'],
      ['{ stock(first: 5, after: "x") { nodes { sku } } }', 'CURSOR_INVALID'],
      ...[-1, 0.5, 1e15].map((skip): [string, string] => {
        const forged = Buffer.from(JSON.stringify(['', skip])).toString('base64url');
        return [`{ stock(first: 5, after: "${forged}") { nodes { sku } } }`, 'CURSOR_INVALID'];
      }),
      ['{ stock(first: 5, asOf: "soon") { nodes { sku } } }', 'HTTP_BAD_REQUEST'],
      [
        '{ stock(first: 250) { nodes { ofSku { ledger(first: 250) { nodes { sku } } } } } }',
        'GRAPHQL_TOO_COMPLEX',
      ],
      [
        `{ stock(first: 1) { nodes { ${deep} sku ${'} } } '.repeat(5)} } } }`,
        'GRAPHQL_TOO_COMPLEX',
      ],
      [
        `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
        'GRAPHQL_TOO_COMPLEX',
      ],
      [`{ ${'__typename '.repeat(queryBounds.tokens)} }`, 'GRAPHQL_INVALID'],
      // To validate it would take half a second.
      [`{ ${'stock(first: 1) { nodes { sku } } '.repeat(130)} }`, 'GRAPHQL_TOO_COMPLEX'],
      ['{ a', 'GRAPHQL_INVALID'],
      ['mutation { a }', 'GRAPHQL_INVALID'],
    ];
    for (const [query, code] of cases)
      assert.deepEqual(codes(await ask(query)), [code], query.slice(0, 80));
    const chain = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    );
    const bomb = `{ ...F0 } ${chain.join(' ')} fragment F60 on Query { __typename }`;
    assert.deepEqual((await ask(bomb)).data, { __typename: 'Query' });
  });

  it('lets a key see what its scopes say', async () => {
    const key = await keyWith({ scopes: ['stock:read'], requestsPerMinute: 20 });
    const both = await ask(
      '{ stock(first: 1) { nodes { sku } } ledger(first: 1) { nodes { sku } } }',
      {},
      key,
    );
    assert.deepEqual(both.data.stock.nodes, [{ sku: 'S-1' }]);
    assert.deepEqual(
      [both.data.ledger, codes(both), both.errors![0]!.path],
      [null, ['HTTP_SCOPE'], ['ledger']],
    );
    assert.deepEqual(codes(await ask('{ __schema { queryType { name } } }', {}, key)), [
      'HTTP_SCOPE',
    ]);
    assert.equal((await ask('{ __type(name: "Query") { name } }')).data.__type.name, 'Query');
    const ham = await keyWith({ scopes: ['admin'], rows: { locations: ['HAM'] } });
    const own =
      '{ stock(first: 3) { nodes { location } pageInfo { hasNextPage endCursor } } abc(first: 1) { nodes { sku } } }';
    const seen = await ask(own, {}, ham);
    assert.deepEqual(codes(seen), ['HTTP_ROWS'], 'what sums over places');
    const found: string[] = [];
    for (let [after, more] = ['', true]; more; ) {
      const query = `query ($after: String) { stock(first: 3, after: $after) {
        edges { cursor node { sku location } } pageInfo { hasNextPage endCursor } } }`;
      const { stock } = (await ask(query, after ? { after } : {}, ham)).data;
      for (const { node } of stock.edges) found.push(`${node.sku} ${node.location}`);
      // From an edge in the middle, as well as from the end of a page.
      after = stock.edges[0]?.cursor ?? stock.pageInfo.endCursor;
      if (stock.edges.length > 1) found.splice(1 - stock.edges.length);
      more = stock.pageInfo.hasNextPage || stock.edges.length > 1;
    }
    assert.deepEqual(
      found,
      Array.from({ length: 7 }, (_, index) => `S-${index + 1} HAM`),
    );
    const dear =
      '{ stock(first: 250) { nodes { ofSku { available(first: 16) { nodes { sku } } } } } }';
    const refused = (await ask(dear, {}, key)) as unknown as { code: string; status: number };
    assert.deepEqual([refused.code, refused.status], ['HTTP_TOO_MANY', 429]);
  });

  it('takes from the budget what was read, a request for each 100 points', async () => {
    const key = await keyWith({ scopes: ['stock:read'], requestsPerMinute: 30 });
    const left = async (query: string) => {
      const url = `${rig.url}/graphql?${new URLSearchParams({ query })}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      const { extensions } = (await answer.json()) as Answer;
      return [
        Number(/r=(\d+)/.exec(answer.headers.get('ratelimit')!)![1]),
        extensions!.cost.actual,
      ];
    };
    const lists = 'stock(first: 2) { nodes { sku } } available(first: 1) { nodes { sku } }';
    const [before, cost] = await left(
      `{ stock(first: 14) { nodes { ofSku { ${lists} reservations(first: 1) { nodes { id } } } } } }`,
    );
    assert.ok(cost! > 100 && cost! <= 200, `${cost}`);
    assert.deepEqual(await left('{ __typename }'), [before! - 2, 1]);
  });

  it('says of a defect no more than where to look', async () => {
    const { stock } = rig.store;
    rig.store.stock = () => Promise.reject(new Error('secret of the house'));
    const answer = await ask('{ stock(first: 1) { nodes { sku } } }');
    rig.store.stock = stock;
    assert.deepEqual(codes(answer), ['INTERNAL']);
    assert.match(String(answer.errors![0]!.extensions.instance), /^urn:uuid:/);
    assert.doesNotMatch(JSON.stringify(answer), /secret/);
    assert.ok(rig.logged.some(({ event }) => event === 'http.defect'));
  });

  it('tells subscribers over SSE what happens, as graphql-sse does', async () => {
    const stream = async (query: string) => {
      const cut = new AbortController();
      const answer = await fetch(`${rig.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
        signal: cut.signal,
      });
      return { answer, cut, text: answer.body!.pipeThrough(new TextDecoderStream()).getReader() };
    };
    const once = await stream('{ stock(first: 1) { nodes { sku } } }');
    assert.equal(
      (
        await once.answer.text().catch(async () => {
          let all = '';
          for (let part = await once.text.read(); !part.done; part = await once.text.read())
            all += part.value;
          return all;
        })
      ).replace(/,"extensions.*?\}\}\}/, '}'),
      'event: next\ndata: {"data":{"stock":{"nodes":[{"sku":"S-1"}]}}}\n\nevent: complete\ndata:\n\n',
    );
    const wrong = await fetch(`${rig.url}/graphql?query={nothing}`, {
      headers: { accept: 'text/event-stream' },
    });
    assert.equal(wrong.status, 400);
    assert.deepEqual(codes((await wrong.json()) as Answer), ['GRAPHQL_INVALID']);
    const plain = await ask('subscription { stockChanged { id } }');
    assert.equal(plain.errors?.length, 1);

    const many = JSON.stringify(Array.from({ length: 101 }, (_, index) => `S-${index}`));
    for (const field of ['skus', 'locations']) {
      const { text: all } = await stream(`subscription { stockChanged(${field}: ${many}) { id } }`);
      assert.match((await all.read()).value ?? '', /HTTP_BAD_REQUEST/);
    }

    const some = await stream(
      'subscription { stockChanged(skus: ["S-2"], after: "0") { id data { sku location onHand value } gap { code } } }',
    );
    const ids = (await rig.store.outbox(100)).map(({ id }) => id);
    await rig.store.published(ids, day(30));
    let text = '';
    while (text.split('event: next').length < 3) text += (await some.text.read()).value;
    const told = [...text.matchAll(/^data: (.*)$/gm)].map(
      ([, json]) => JSON.parse(json!).data.stockChanged,
    );
    assert.deepEqual(
      told.map(({ data }) => data),
      ['BER', 'HAM'].map((location) => ({ sku: 'S-2', location, onHand: '2.5', value: '5.00' })),
    );
    some.cut.abort();
  });
});
