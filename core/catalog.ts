/** The only list of components: one line each. */
import { folder } from '../connectors/folder.ts';
import { http } from '../connectors/http.ts';
import itemUpsert from '../schemas/item.upsert.v1.json' with { type: 'json' };
import locationUpsert from '../schemas/location.upsert.v1.json' with { type: 'json' };
import stockAdjust from '../schemas/stock.adjust.v1.json' with { type: 'json' };
import stockChanged from '../schemas/stock.changed.v1.json' with { type: 'json' };
import stockCount from '../schemas/stock.count.v1.json' with { type: 'json' };
import stockIssue from '../schemas/stock.issue.v1.json' with { type: 'json' };
import stockReceive from '../schemas/stock.receive.v1.json' with { type: 'json' };
import stockRejected from '../schemas/stock.rejected.v1.json' with { type: 'json' };
import stockReturn from '../schemas/stock.return.v1.json' with { type: 'json' };
import stockTransfer from '../schemas/stock.transfer.v1.json' with { type: 'json' };
import { embedded } from './brokers/embedded.ts';
import { rabbitmq } from './brokers/rabbitmq.ts';
import { csv } from './codecs/csv.ts';
import { json } from './codecs/json.ts';
import { xml } from './codecs/xml.ts';
import type { MessageType } from './message.ts';
import type { BackendSpec, Broker, CodecSpec, ConnectorSpec, StepSpec, Store } from './ports.ts';
import type { JsonSchema } from './spec.ts';
import { filter } from './steps/filter.ts';
import { group } from './steps/group.ts';
import { lookup } from './steps/lookup.ts';
import { map } from './steps/map.ts';
import { set } from './steps/set.ts';
import { split } from './steps/split.ts';
import { validate } from './steps/validate.ts';
import { mongodb } from './stores/mongodb.ts';
import { sqlite } from './stores/sqlite.ts';

export const connectors: readonly ConnectorSpec[] = [folder, http];
export const codecs: readonly CodecSpec[] = [csv, json, xml];
export const steps: readonly StepSpec[] = [filter, map, set, split, group, lookup, validate];
export const brokers: readonly BackendSpec<Broker>[] = [embedded, rabbitmq];
export const stores: readonly BackendSpec<Store>[] = [sqlite, mongodb];

export const schemas: Readonly<Record<MessageType, JsonSchema>> = {
  'item.upsert.v1': itemUpsert,
  'location.upsert.v1': locationUpsert,
  'stock.receive.v1': stockReceive,
  'stock.issue.v1': stockIssue,
  'stock.return.v1': stockReturn,
  'stock.transfer.v1': stockTransfer,
  'stock.adjust.v1': stockAdjust,
  'stock.count.v1': stockCount,
  'stock.changed.v1': stockChanged,
  'stock.rejected.v1': stockRejected,
};
