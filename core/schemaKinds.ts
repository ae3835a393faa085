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
import type { MessageType } from './message.ts';
import type { JsonSchema } from './spec.ts';

/** Apart from the other components, for a thread that books and needs none of them. */
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
