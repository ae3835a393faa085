/** One item: what is known of it, whatever stock there is. */
import { StockbusError } from '../../errors.ts';
import { identifierOf } from '../../identifier.ts';
import { itemVersion } from '../../stock/expectedVersions.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { sendVersion } from '../writes/expectedBy.ts';
import { itemFacts } from './reportRoutes.ts';
import { requireSeenSku } from './seenRows.ts';

const itemSchema = new NamedSchema(
  'Item',
  shape.object({
    sku: shape.text(),
    version: shape.text(
      'Another one with each change of what is known of it, as If-Match takes it.',
    ),
    item: shape.map({}, 'What is known of it.'),
  }),
);

export const itemRoute: Route = {
  method: 'get',
  path: '/v1/items/:sku',
  scope: 'stock:read',
  rows: 'own',
  cached: true,
  summary: 'One item: what is known of it.',
  params: { sku: 'The SKU.' },
  answer: itemSchema,
  errors: ['HTTP_NOT_FOUND', 422],
  handle: async ({ hub, caller }, request, response) => {
    const sku = identifierOf(String(request.params.sku), 'sku', 'sku');
    await requireSeenSku(sku, caller, hub.store);
    const { skus } = await hub.store.load({
      ...{ skus: [sku], balances: [], balancesOf: [], reservations: [], openOrders: [] },
    });
    const item = skus[0]?.head.item;
    if (!item) throw new StockbusError('HTTP_NOT_FOUND', `there is no item '${sku}'`);
    const version = String(itemVersion(item));
    sendVersion(response, version);
    response.json({ sku, version, item: itemFacts(item, caller) });
  },
};
