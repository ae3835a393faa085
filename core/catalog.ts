/** The only list of components: one line each. */
import itemUpsert from '../schemas/item.upsert.v1.json' with { type: 'json' };
import locationUpsert from '../schemas/location.upsert.v1.json' with { type: 'json' };
import orderUpsert from '../schemas/order.upsert.v1.json' with { type: 'json' };
import periodClose from '../schemas/period.close.v1.json' with { type: 'json' };
import periodReopen from '../schemas/period.reopen.v1.json' with { type: 'json' };
import reservationChanged from '../schemas/reservation.changed.v1.json' with { type: 'json' };
import reservationCommit from '../schemas/reservation.commit.v1.json' with { type: 'json' };
import reservationCreate from '../schemas/reservation.create.v1.json' with { type: 'json' };
import reservationUpdate from '../schemas/reservation.update.v1.json' with { type: 'json' };
import reservationVoid from '../schemas/reservation.void.v1.json' with { type: 'json' };
import stockAdjust from '../schemas/stock.adjust.v1.json' with { type: 'json' };
import stockCancel from '../schemas/stock.cancel.v1.json' with { type: 'json' };
import stockChanged from '../schemas/stock.changed.v1.json' with { type: 'json' };
import stockCount from '../schemas/stock.count.v1.json' with { type: 'json' };
import stockInvoice from '../schemas/stock.invoice.v1.json' with { type: 'json' };
import stockIssue from '../schemas/stock.issue.v1.json' with { type: 'json' };
import stockLandedCost from '../schemas/stock.landed-cost.v1.json' with { type: 'json' };
import stockMethod from '../schemas/stock.method.v1.json' with { type: 'json' };
import stockOpening from '../schemas/stock.opening.v1.json' with { type: 'json' };
import stockProduce from '../schemas/stock.produce.v1.json' with { type: 'json' };
import stockReceive from '../schemas/stock.receive.v1.json' with { type: 'json' };
import stockRejected from '../schemas/stock.rejected.v1.json' with { type: 'json' };
import stockReturn from '../schemas/stock.return.v1.json' with { type: 'json' };
import stockRevalue from '../schemas/stock.revalue.v1.json' with { type: 'json' };
import stockStatus from '../schemas/stock.status.v1.json' with { type: 'json' };
import stockTransfer from '../schemas/stock.transfer.v1.json' with { type: 'json' };
import { embedded } from './brokers/embedded.ts';
import { rabbitmq } from './brokers/rabbitmq.ts';
import { csv } from './codecs/csv.ts';
import { json } from './codecs/json.ts';
import { xml } from './codecs/xml.ts';
import { stageStep } from './flow/stageStep.ts';
import type { MessageType } from './message.ts';
import type { BackendSpec, Broker, CodecSpec, StageSpec, StepSpec } from './ports.ts';
import type { JsonSchema } from './spec.ts';
import { awaiting } from './steps/awaiting.ts';
import { defaults } from './steps/defaults.ts';
import { delay } from './steps/delay.ts';
import { enrich } from './steps/enrich.ts';
import { filter } from './steps/filter.ts';
import { group } from './steps/group.ts';
import { groupAcross } from './steps/groupAcross.ts';
import { lookup } from './steps/lookup.ts';
import { map } from './steps/map.ts';
import { pair } from './steps/pair.ts';
import { set } from './steps/set.ts';
import { split } from './steps/split.ts';
import { validate } from './steps/validate.ts';

export { connectors } from './connectorKinds.ts';

export const codecs: readonly CodecSpec[] = [csv, json, xml];
export const stages: readonly StageSpec[] = [awaiting, groupAcross, delay];
/** Stages stand among them in flows. */
export const steps: readonly StepSpec[] = [
  filter,
  map,
  set,
  defaults,
  split,
  group,
  pair,
  lookup,
  enrich,
  validate,
  ...stages.map(stageStep),
];
export const brokers: readonly BackendSpec<Broker>[] = [embedded, rabbitmq];
export { stores } from './storeKinds.ts';

export const schemas: Readonly<Record<MessageType, JsonSchema>> = {
  'item.upsert.v1': itemUpsert,
  'location.upsert.v1': locationUpsert,
  'order.upsert.v1': orderUpsert,
  'stock.opening.v1': stockOpening,
  'stock.receive.v1': stockReceive,
  'stock.issue.v1': stockIssue,
  'stock.return.v1': stockReturn,
  'stock.transfer.v1': stockTransfer,
  'stock.adjust.v1': stockAdjust,
  'stock.count.v1': stockCount,
  'stock.status.v1': stockStatus,
  'stock.produce.v1': stockProduce,
  'stock.landed-cost.v1': stockLandedCost,
  'stock.invoice.v1': stockInvoice,
  'stock.revalue.v1': stockRevalue,
  'stock.method.v1': stockMethod,
  'stock.cancel.v1': stockCancel,
  'reservation.create.v1': reservationCreate,
  'reservation.update.v1': reservationUpdate,
  'reservation.commit.v1': reservationCommit,
  'reservation.void.v1': reservationVoid,
  'period.close.v1': periodClose,
  'period.reopen.v1': periodReopen,
  'stock.changed.v1': stockChanged,
  'stock.rejected.v1': stockRejected,
  'reservation.changed.v1': reservationChanged,
};
