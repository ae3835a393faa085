/**
 * A shop that is not there: an API as Shopify's for orders and levels, and webhooks that it signs, every third of which gets lost.
 *
 *   node shop.mjs [orders]     HUB is the address of the hub, PORT of the shop
 */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const {
  HUB = 'http://127.0.0.1:8080',
  PORT = '9300',
  SHOP_SECRET = 'the secret of the demo',
  SHOP_TOKEN = 'the token of the demo',
} = process.env;
const PAGE = 4;
const SKUS = ['TEA-100', 'POT-1L', 'CUP-S'];
const count = Number(process.argv[2] ?? 12);
const updated = new Date().toISOString();
const orders = Array.from({ length: count }, (_, index) => ({
  id: 5_000 + index,
  name: `#${1_001 + index}`,
  created_at: updated,
  updated_at: updated,
  cancelled_at: null,
  customer: { id: 70 + (index % 5) },
  line_items: [{ id: 1, sku: SKUS[index % SKUS.length], quantity: 1 + (index % 2) }],
}));
const levels = new Map();

function orderPage(url, response) {
  const since = url.searchParams.get('updated_at_min') ?? '';
  const page = Number(url.searchParams.get('page') ?? 1);
  const found = orders.filter(({ updated_at }) => Date.parse(updated_at) >= Date.parse(since));
  if (page * PAGE < found.length) {
    url.searchParams.set('page', String(page + 1));
    response.setHeader('link', `<${url.href}>; rel="next"`);
  }
  answer(response, 200, { orders: found.slice((page - 1) * PAGE, page * PAGE) });
}

async function takeLevels(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const changes = JSON.parse(Buffer.concat(chunks).toString());
  for (const { sku, available, version } of changes) {
    if ((levels.get(sku)?.version ?? 0) < version) levels.set(sku, { available, version });
  }
  answer(response, 200, { updated: changes.length });
}

const say = (line) => process.stdout.write(`${line}\n`);

const answer = (response, status, body) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const server = createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  if (url.pathname === '/levels') return answer(response, 200, Object.fromEntries(levels));
  if (request.headers['x-shopify-access-token'] !== SHOP_TOKEN) return answer(response, 401, {});
  if (url.pathname === '/admin/api/orders.json') return orderPage(url, response);
  if (url.pathname === '/admin/api/inventory_levels.json') return takeLevels(request, response);
  answer(response, 404, {});
});

/** As a shop does it: again, for a while, until it is taken. */
async function post(order) {
  const body = JSON.stringify(order);
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/create',
    'x-shopify-api-version': '2026-01',
    'x-shopify-shop-domain': 'demo.example',
    'x-shopify-webhook-id': `delivery-${order.id}`,
    'x-shopify-hmac-sha256': createHmac('sha256', SHOP_SECRET).update(body).digest('base64'),
  };
  for (;;) {
    const taken = await fetch(`${HUB}/v1/webhooks/shop-webhooks`, { method: 'POST', body, headers })
      .then(({ status }) => status)
      .catch(() => undefined);
    if (taken === 202) return;
    if (taken !== undefined && taken < 500 && taken !== 429) throw new Error(`refused: ${taken}`);
    await wait(200);
  }
}

server.listen(Number(PORT), '127.0.0.1', async () => {
  say(`the shop has ${count} orders`);
  const sent = orders.filter((_, index) => index % 3 !== 2);
  for (const order of sent) await post(order);
  say(`${sent.length} webhooks were taken, ${count - sent.length} got lost`);
});
