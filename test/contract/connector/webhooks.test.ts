import { webhooks } from '../../../connectors/webhooks.ts';
import { connectorContract } from './connectorContract.ts';

const lack = (reason: string, isTrue: () => boolean) => ({ reason, holds: async () => isTrue() });

connectorContract({
  name: 'webhooks',
  source: lack(
    'the API takes deliveries and calls the hub itself',
    () => !webhooks.source && !webhooks.poller,
  ),
  sink: lack('calls out are made by the connector http', () => !webhooks.sink),
  lookup: lack('whoever posts is not asked', () => !webhooks.lookup),
});
