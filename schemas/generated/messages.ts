/* Generated from schemas/*.json by `npm run gen`. Do not edit. */

/**
 * Master data of an item: made when new, changed in the fields that are given.
 */
export interface ItemUpsert {
/**
 * Stock keeping unit, the key of the item.
 */
sku: string
/**
 * What people call it.
 */
name?: string
/**
 * Base unit, in which stock is kept. Cannot change once there was stock.
 */
unit?: string
/**
 * How its stock is valued. Left out, the hub’s default. Cannot change once there was stock.
 */
valuation?: ("fifo" | "average")
/**
 * GTIN or other barcode.
 */
barcode?: string
/**
 * Item group, for reports.
 */
group?: string
/**
 * Anything else, as text.
 */
attributes?: {
[k: string]: string
}
}

/**
 * Master data of a place: made when new, changed in the fields that are given.
 */
export interface LocationUpsert {
/**
 * Code of the place, its key.
 */
location: string
/**
 * What people call it.
 */
name?: string
/**
 * What the place is.
 */
kind?: ("warehouse" | "store" | "bin" | "vehicle")
/**
 * Place that this one is a part of.
 */
parent?: string
/**
 * Anything else, as text.
 */
attributes?: {
[k: string]: string
}
}

/**
 * A correction of what the books say: found (positive) or lost (negative).
 */
export interface StockAdjust {
/**
 * Number of the document in the system that sent it.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 */
currency?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 */
location: string
/**
 * Difference in `unit`: above zero was found, below zero is lost. Never zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 */
unit?: string
/**
 * Lot or batch number.
 */
lot?: string
/**
 * Last day on which the lot may be used.
 */
expiresOn?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Cost of one `unit` of what was found. Left out, the current cost of the stock.
 */
unitCost?: string
/**
 * Why this line, where it differs from the document’s reason.
 */
reason?: string
}[]
}

/**
 * A balance changed. One event for each balance and line that changed it.
 */
export interface StockChanged {
/**
 * Stock keeping unit.
 */
sku: string
/**
 * Place of the balance.
 */
location: string
/**
 * Lot of the balance, where it has one.
 */
lot?: string
/**
 * State of the balance.
 */
status: ("available" | "quarantine" | "damaged")
/**
 * How much the balance changed, in the base unit.
 */
change: string
/**
 * What lies there after the change.
 */
onHand: string
/**
 * Part of it that is reserved.
 */
reserved?: string
/**
 * What can be promised: on hand less reserved; 0 unless the status is available.
 */
available: string
/**
 * Version of the SKU after the change. It only grows: of two events for one balance, the higher version is the newer.
 */
version: number
/**
 * Value of the change in `currency`.
 */
value: string
/**
 * ISO 4217 code of the value.
 */
currency: string
/**
 * What moved it.
 */
kind: ("receive" | "issue" | "return" | "transfer" | "adjust" | "count")
/**
 * Number of the document.
 */
document: string
/**
 * Number of the line.
 */
line?: string
/**
 * Number of the partner.
 */
partner?: string
/**
 * Business date and time of the movement.
 */
at: string
/**
 * When it was booked.
 */
recordedAt: string
/**
 * Source of the message that moved it.
 */
source: string
/**
 * Id of the message that moved it, within its source.
 */
messageId: string
}

/**
 * Somebody counted: this is what lies there. The difference is booked.
 */
export interface StockCount {
/**
 * Number of the document in the system that sent it.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 */
currency?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 */
location: string
/**
 * Quantity that was counted, in `unit`; zero or more.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 */
unit?: string
/**
 * Lot or batch number.
 */
lot?: string
/**
 * Last day on which the lot may be used.
 */
expiresOn?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Cost of one `unit` of what was found beyond the books. Left out, the current cost of the stock.
 */
unitCost?: string
}[]
}

/**
 * Goods leave for a customer: location → customer. The cost comes from the stock.
 */
export interface StockIssue {
/**
 * Number of the document in the system that sent it.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the supplier or customer.
 */
partner?: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 */
currency?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 */
unit?: string
/**
 * Lot or batch number.
 */
lot?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
}[]
}

/**
 * Goods arrive from a supplier: supplier → location.
 */
export interface StockReceive {
/**
 * Number of the document in the system that sent it.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the supplier or customer.
 */
partner?: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 */
currency?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 */
unit?: string
/**
 * Lot or batch number.
 */
lot?: string
/**
 * Last day on which the lot may be used.
 */
expiresOn?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Cost of one `unit`, in `currency`.
 */
unitCost?: string
}[]
}

/**
 * A message was not booked; it is parked with its reason.
 */
export interface StockRejected {
/**
 * Source of the message.
 */
source: string
/**
 * Id of the message, within its source.
 */
messageId: string
/**
 * Its message type.
 */
type: string
/**
 * Number of the document.
 */
document?: string
/**
 * Stable code of the reason; see docs/errors.md.
 */
code: string
/**
 * What was wrong.
 */
message: string
/**
 * Field that was wrong.
 */
field?: string
/**
 * Id under which it is parked.
 */
parkedId: string
/**
 * When it was parked.
 */
recordedAt: string
}

/**
 * Goods come back from a customer, or go back to a supplier.
 */
export interface StockReturn {
/**
 * Number of the document in the system that sent it.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the supplier or customer.
 */
partner?: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 */
currency?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Who returns or takes back: `customer` (goods come in) or `supplier` (goods go out). Left out: customer.
 */
party?: ("customer" | "supplier")
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 */
unit?: string
/**
 * Lot or batch number.
 */
lot?: string
/**
 * Last day on which the lot may be used.
 */
expiresOn?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Cost of one `unit` at which goods from a customer come back. Left out, the current cost of the stock.
 */
unitCost?: string
}[]
}

/**
 * Goods move between two of our places; value and cost layers move with them.
 */
export interface StockTransfer {
/**
 * Number of the document in the system that sent it.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 */
sku: string
/**
 * Place that the goods leave.
 */
from: string
/**
 * Place that the goods reach.
 */
to: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 */
unit?: string
/**
 * Lot or batch number.
 */
lot?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
}[]
}

/** Data of each message type. */
export interface MessageData {
  'item.upsert.v1': ItemUpsert;
  'location.upsert.v1': LocationUpsert;
  'stock.adjust.v1': StockAdjust;
  'stock.changed.v1': StockChanged;
  'stock.count.v1': StockCount;
  'stock.issue.v1': StockIssue;
  'stock.receive.v1': StockReceive;
  'stock.rejected.v1': StockRejected;
  'stock.return.v1': StockReturn;
  'stock.transfer.v1': StockTransfer;
}
