/**
 * A CRM that is not there: it gives tokens, has a feed of orders with a cursor, and takes answers and levels.
 *
 *   node crm.mjs     PORT of the CRM
 */
import { createServer } from 'node:http';

const { PORT = '9400', CRM_SECRET = 'the secret of the demo' } = process.env;
const PAGE = 2;
const wonAt = new Date().toISOString();
const order = (number, stage, product, quantity) => ({
  ...{ number, stage, wonAt, account: 'ACME' },
  lines: [{ position: 1, product, quantity }],
});
const orders = [
  order('O-1', 'won', 'TEA-100', '4'),
  order('O-2', 'lost', 'TEA-100', '9'),
  order('O-3', 'won', 'POT-1L', '2'),
  order('O-4', 'won', 'POT-1L', '900'),
];
const told = { confirmations: {}, availability: {} };
const basic = Buffer.from(
  `stockbus:${new URLSearchParams([['', CRM_SECRET]]).toString().slice(1)}`,
);
const tokens = new Set();

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const answer = (response, status, body) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

function giveToken(request, response) {
  if (request.headers.authorization !== `Basic ${basic.toString('base64')}`)
    return answer(response, 401, { error: 'invalid_client' });
  const token = `token-${tokens.size + 1}`;
  tokens.add(`Bearer ${token}`);
  answer(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 300 });
}

const routes = {
  'GET /v2/orders': async (_request, response, url) => {
    const after = Number(url.searchParams.get('after'));
    const page = orders.slice(after, after + PAGE);
    answer(response, 200, { orders: page, next: after + page.length });
  },
  'POST /v2/confirmations': async (request, response) => {
    for (const { order, result } of await bodyOf(request)) told.confirmations[order] = result;
    answer(response, 202, {});
  },
  'PUT /v2/availability': async (request, response) => {
    const changes = await bodyOf(request);
    for (const { product, available } of changes) told.availability[product] = available;
    answer(response, 200, { products: changes.length });
  },
};

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://crm');
  if (url.pathname === '/told') return answer(response, 200, told);
  if (url.pathname === '/token') return giveToken(request, response);
  if (!tokens.has(request.headers.authorization)) return answer(response, 401, {});
  const handle = routes[`${request.method} ${url.pathname}`];
  if (!handle) return answer(response, 404, {});
  await handle(request, response, url);
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write('the CRM is there\n'));
