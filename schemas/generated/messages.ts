/* Generated from schemas/*.json by `npm run gen`. Do not edit. */

/**
 * Master data of an item: made when new, changed in the fields that are given.
 */
export interface ItemUpsert {
/**
 * Stock keeping unit, the key of the item.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * What people call it.
 */
name?: string
/**
 * Base unit, in which stock is kept. Cannot change once there was stock.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Other units by name: how many base units one of them is, as a whole number or a fraction.
 */
units?: {
[k: string]: string
}
/**
 * How its stock is valued. Left out, the hub’s default. Once there was stock, stock.method.v1 changes it.
 */
valuation?: ("fifo" | "lifo" | "average" | "standard" | "lot")
/**
 * Cost of one base unit, where the item is valued at standard cost; before any receipt also what a shortage costs. Once there was stock, stock.revalue.v1 changes it.
 */
standardCost?: string
/**
 * Whether its stock is told apart by lot, by serial number, or not. Left out: none. Cannot change once there was stock.
 */
tracking?: ("none" | "lot" | "serial")
/**
 * Which lot goes first when a line names none: the one that expires first, or that came first. Left out: fefo.
 */
picking?: ("fefo" | "fifo")
/**
 * Whether more may leave than is there. Left out, as the place or the hub says.
 */
negative?: ("allow" | "deny")
/**
 * False: it belongs to others, is counted and valued at zero. Left out: true. Cannot change once there was stock.
 */
valued?: boolean
/**
 * Weight of one base unit, in any measure that all items share; splits landed costs.
 */
weight?: string
/**
 * GTIN or other barcode.
 * An identifier: Unicode NFC, trimmed.
 */
barcode?: string
/**
 * Item group, for reports and accounts.
 * An identifier: Unicode NFC, trimmed.
 */
group?: string
/**
 * When it was so, in UTC, in place of `revision`: of each field what is older does not win over what is newer.
 */
changedAt?: string
/**
 * Number of this version of the item, from 1: of each field an older one does not win over a newer, whatever order they come in.
 */
revision?: string
/**
 * Version that the item must still have as the message is decided; `0`: it must not be known yet. Where it has another, the message is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
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
 * An identifier: Unicode NFC, trimmed.
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
 * An identifier: Unicode NFC, trimmed.
 */
parent?: string
/**
 * When it was so, in UTC, in place of `revision`: of the place what is older does not win over what is newer.
 */
changedAt?: string
/**
 * Number of this version of the place, from 1: of the place an older one does not win over a newer, whatever order they come in.
 */
revision?: string
/**
 * Version that what it changes must still have. Reserved: a message that states it is parked, FIELD_RESERVED.
 */
expectedVersion?: string
/**
 * Anything else, as text.
 */
attributes?: {
[k: string]: string
}
}

/**
 * Open lines of an order: what is to come or to go, for what can be promised by date. A line that comes again replaces what was known of it.
 */
export interface OrderUpsert {
/**
 * Number of the order.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Purchases and transfers are to come, sales to go.
 */
kind: ("purchase" | "transfer" | "sale")
/**
 * Number of the supplier or customer.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * When it was so, in UTC, in place of `revision`: of each line what is older does not win over what is newer. What has come or left for it by then is taken to be no part of what is open; what comes or leaves later is taken off it.
 */
changedAt?: string
/**
 * Number of this version of the order, from 1: of each line an older one does not win over a newer, whatever order they come in.
 */
revision?: string
/**
 * Version that what it changes must still have. Reserved: a message that states it is parked, FIELD_RESERVED.
 */
expectedVersion?: string
/**
 * The lines; those that are not named stay as they are.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line: string
/**
 * Stock keeping unit: the item that is ordered.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where it is to arrive or to leave.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Still open, in `unit`; zero closes the line.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Day on which it is to arrive or to leave.
 */
due: string
}[]
}

/**
 * The books are closed up to a day: documents dated on or before it are refused or booked on the next day, by policy.
 */
export interface PeriodClose {
/**
 * The last closed day.
 */
through: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
}

/**
 * Closed books are opened again, which leaves a trace.
 */
export interface PeriodReopen {
/**
 * The last day that stays closed. Left out, every day is open.
 */
through?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason: string
}

/**
 * A message about a reservation was answered, or its time was over.
 */
export interface ReservationChanged {
/**
 * Id of the reservation; the sender chooses it, once for ever.
 * An identifier: Unicode NFC, trimmed.
 */
reservation: string
/**
 * What was asked of it.
 */
action: ("create" | "update" | "commit" | "void" | "expire")
/**
 * How that was answered: `created`, `updated`, `partly_committed`, `committed`, `voided`, `expired`, or why nothing changed, such as `exists` or `already_committed`.
 */
result: string
/**
 * State of the reservation afterwards. Left out where there is none of that id.
 */
state?: ("pending" | "committed" | "voided" | "expired" | "failed")
/**
 * From this moment on it holds nothing.
 */
expiresAt?: string
/**
 * What it holds or held.
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line: string
/**
 * Stock keeping unit.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where it is held.
 * An identifier: Unicode NFC, trimmed.
 */
location?: string
/**
 * Pool of places in any of which it is held.
 * An identifier: Unicode NFC, trimmed.
 */
pool?: string
/**
 * Lot that is held.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * Quantity that was reserved, in the base unit.
 */
quantity: string
/**
 * Part of it that was issued so far.
 */
committed: string
/**
 * What left by this answer. Left out where it is none of a commit, or of one that was refused.
 */
issued?: string
/**
 * What can be promised there after this, at that place (of that lot) or in all of that pool. Left out where the answer changed nothing of it.
 */
available?: string
}[]
/**
 * The line that could not be given, where that is the reason.
 */
shortage?: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line: string
/**
 * Stock keeping unit.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where it was asked for.
 * An identifier: Unicode NFC, trimmed.
 */
location?: string
/**
 * Pool of places in any of which it was asked for.
 * An identifier: Unicode NFC, trimmed.
 */
pool?: string
/**
 * Lot that was asked for.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * Quantity that was asked for, in the base unit.
 */
asked: string
/**
 * Quantity that was free, in the base unit; of a line that is issued, what it holds.
 */
available: string
}
/**
 * What was short, in words, or the reason that the message gave.
 */
reason?: string
/**
 * Source of the message, where one caused it.
 * An identifier: Unicode NFC, trimmed.
 */
source?: string
/**
 * Id of the message, within its source.
 * An identifier: Unicode NFC, trimmed.
 */
messageId?: string
/**
 * Who sent the message, or `job:expire`.
 * An identifier: Unicode NFC, trimmed.
 */
actor: string
/**
 * When it was booked.
 */
recordedAt: string
}

/**
 * What was held is issued to the customer, wholly or in part; the rest is released, or kept.
 */
export interface ReservationCommit {
/**
 * Id of the reservation; the sender chooses it, once for ever.
 * An identifier: Unicode NFC, trimmed.
 */
reservation: string
/**
 * Business date and time of the issue, in UTC. Left out, when the message is booked.
 */
at?: string
/**
 * Number of the issue. Left out, the id of the reservation.
 * An identifier: Unicode NFC, trimmed.
 */
document?: string
/**
 * Number of the customer. Left out, that of the reservation.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * Number of the document that the issue follows. Left out, that of the reservation.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * What becomes of what is not issued: it is released, and the reservation is over; or it is held on (`keep`), for another shipment. Left out: `release`.
 */
rest?: ("release" | "keep")
/**
 * Version that the reservation must still have as the message is decided. Where it has another, the message is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * What is issued; what is not named is released, or kept. Left out, everything is issued.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines?: {
/**
 * Number of the line of the reservation.
 * An identifier: Unicode NFC, trimmed.
 */
line: string
/**
 * Quantity in `unit`, zero up to what the line holds.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Place that it is taken from. Left out, the place of the line; for a pool, any of its places that have it.
 * An identifier: Unicode NFC, trimmed.
 */
location?: string
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
}[]
}

/**
 * Stock is held for somebody, all lines or none, until it is issued, given back, or the time is over.
 */
export interface ReservationCreate {
/**
 * Id of the reservation; the sender chooses it, once for ever.
 * An identifier: Unicode NFC, trimmed.
 */
reservation: string
/**
 * Business date and time of the reservation, in UTC.
 */
at: string
/**
 * From this moment on it holds nothing; of one that has passed the answer is `expired`. Left out, and without `timeoutSeconds`: never.
 */
expiresAt?: string
/**
 * Seconds after its arrival from which on it holds nothing, in place of `expiresAt`; 0: never.
 */
timeoutSeconds?: string
/**
 * Number of whom it is held for.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * Number of the document that this one follows.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * What is held; each line at a place or in a pool.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is held.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where it is held; either this or `pool`.
 * An identifier: Unicode NFC, trimmed.
 */
location?: string
/**
 * Pool of places in any of which it is held; either this or `location`.
 * An identifier: Unicode NFC, trimmed.
 */
pool?: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number; only with `location`. Left out: any.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
}[]
}

/**
 * What is held becomes more, less or something else, or is held for another time; all of it or nothing.
 */
export interface ReservationUpdate {
/**
 * Id of the reservation; the sender chooses it, once for ever.
 * An identifier: Unicode NFC, trimmed.
 */
reservation: string
/**
 * When that was decided; it is recorded.
 */
at?: string
/**
 * From this moment on it holds nothing; of one that has passed the answer is `expired`. Left out, and without `timeoutSeconds`: as before.
 */
expiresAt?: string
/**
 * Seconds after the arrival of this message from which on it holds nothing, in place of `expiresAt`; 0: never.
 */
timeoutSeconds?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Version that the reservation must still have as the message is decided. Where it has another, the message is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * Lines that change, and new ones; what is not named is held as before.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines?: {
/**
 * Number of the line of the reservation; one that it does not have is new.
 * An identifier: Unicode NFC, trimmed.
 */
line: string
/**
 * Quantity in `unit` that it reserves from now on, what was issued of it included.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Stock keeping unit. Left out, that of the line; of a new line required.
 * An identifier: Unicode NFC, trimmed.
 */
sku?: string
/**
 * Place where it is held. Left out, that of the line; of a new line either this or `pool`.
 * An identifier: Unicode NFC, trimmed.
 */
location?: string
/**
 * Pool of places in any of which it is held. Left out, that of the line; of a new line either this or `location`.
 * An identifier: Unicode NFC, trimmed.
 */
pool?: string
/**
 * Lot or batch number; for items tracked by serial number, that number; only with `location`. Left out, that of the line; of a new line: any.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
}[]
}

/**
 * What was held is given back; nothing is issued.
 */
export interface ReservationVoid {
/**
 * Id of the reservation; the sender chooses it, once for ever.
 * An identifier: Unicode NFC, trimmed.
 */
reservation: string
/**
 * When that was decided; it is recorded.
 */
at?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Version that the reservation must still have as the message is decided. Where it has another, the message is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}

/**
 * A correction of what the books say: found (positive) or lost (negative).
 */
export interface StockAdjust {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Difference in `unit`: above zero was found, below zero is lost. Never zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Where what is lost goes: `scrap` is an account of its own. Left out, it is an adjustment.
 * An identifier: Unicode NFC, trimmed.
 */
to?: "scrap"
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where stock leaves that is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
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
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * Cost of one `unit` of what was found. Left out, the current cost of the stock.
 */
unitCost?: string
/**
 * Cost of all that was found, in `currency`, in place of `unitCost`. No finer than its currency is counted; not on what is lost.
 */
amount?: string
/**
 * Why this line, where it differs from the document’s reason.
 */
reason?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * A document is taken back: balances, values and later costs become what they were without it.
 */
export interface StockCancel {
/**
 * Number of the document that is cancelled.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * When that was decided. It is recorded; the cancellation holds from the date of the document on.
 */
at?: string
/**
 * Source of the message that booked the document; needed where several sources use the number.
 * An identifier: Unicode NFC, trimmed.
 */
origin?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Which revision of the document is cancelled, from 1. Left out, the one that stands; needed where the same message id has cancelled one before.
 */
revision?: string
}

/**
 * A balance changed. One event for each balance and line that changed it.
 */
export interface StockChanged {
/**
 * Stock keeping unit.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place of the balance.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Lot of the balance, where it has one.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * State of the balance.
 */
status: ("available" | "quarantine" | "damaged")
/**
 * Whose the stock is, where it is not ours.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
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
 * Version of the SKU's stock after the change, a whole number: of two events for one balance, the one with the higher number is the newer. The stock report and /v1/stock/{sku} have the same.
 */
version: string
/**
 * Value of the change in `currency`.
 */
value: string
/**
 * ISO 4217 code of the value.
 * An identifier: Unicode NFC, trimmed.
 */
currency: string
/**
 * What moved it: kind of the ledger entry.
 */
kind: ("opening" | "receive" | "issue" | "return" | "transfer" | "adjust" | "count" | "status" | "consume" | "produce" | "landed" | "invoice" | "revalue" | "method" | "cancel" | "recount" | "recost" | "trueup" | "variance" | "effect")
/**
 * Number of the document.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Number of the line.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Number of the partner.
 * An identifier: Unicode NFC, trimmed.
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
 * An identifier: Unicode NFC, trimmed.
 */
source: string
/**
 * Id of the message that moved it, within its source; of a revision of its document after the first with ` (revision 2)` behind it.
 * An identifier: Unicode NFC, trimmed.
 */
messageId: string
/**
 * Who booked it: `flow:NAME` for what a flow took in, `cli:USER` for what a command line sent, `job:NAME` for what followed by itself.
 * An identifier: Unicode NFC, trimmed.
 */
actor: string
}

/**
 * Somebody counted: this is what lies there. The difference is booked.
 */
export interface StockCount {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity that was counted, in `unit`; zero or more. Lines of the same stock (item, place, lot, status, owner) add up.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number.
 * An identifier: Unicode NFC, trimmed.
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
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * Cost of one `unit`: of all that was counted where the place is a cost pool of its own, else of what is found more. The same in all lines of the same stock. Left out, what was found comes at the current cost of the stock.
 */
unitCost?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * What a supplier invoices for goods that receipts brought, or will bring. It clears goods received not invoiced by what the receipts said; what it says more or less goes to the goods, wherever they are.
 */
export interface StockInvoice {
/**
 * Number of the invoice or credit note in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time from which it counts, in UTC: what is still in stock then bears the difference of price, what is gone passes it on.
 */
at: string
/**
 * Number of the supplier.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * ISO 4217 code of the amounts. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Number of the receipt whose goods are invoiced. It may still be to come.
 * An identifier: Unicode NFC, trimmed.
 */
receipt: string
/**
 * Number of the line of the receipt. Left out, all of its lines of the item, one after the other.
 * An identifier: Unicode NFC, trimmed.
 */
receiptLine?: string
/**
 * Stock keeping unit: the item that is invoiced.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Quantity in `unit` that is invoiced; below zero of a credit note for goods, zero where only the price changes.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Price of one `unit`, in `currency`. A line has this or `amount`.
 */
unitCost?: string
/**
 * What is invoiced for the whole line, in `currency`, below zero for a credit. A line has this or `unitCost`.
 */
amount?: string
}[]
}

/**
 * Goods leave for a customer: location → customer. The cost comes from the stock.
 */
export interface StockIssue {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the supplier or customer.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * Why this line, where it differs from the document’s reason.
 */
reason?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * What receipts cost beside the goods: freight, customs, insurance. It is added to the cost of what they received; the share of what was already sold becomes cost of sales.
 */
export interface StockLandedCost {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time from which the cost counts, in UTC.
 */
at: string
/**
 * Number of whoever charges it: the forwarder, customs.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * Number of the document that this one follows.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * ISO 4217 code of the amounts. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * What is split over the lines; below zero for a credit. No finer than its currency is counted. Left out where each line has its own.
 */
amount?: string
/**
 * By what `amount` is split over the lines of the receipts. Left out: value.
 */
split?: ("quantity" | "value" | "weight" | "equally")
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * The receipts, or lines of them, that bear the cost; booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the document that received the goods.
 * An identifier: Unicode NFC, trimmed.
 */
receipt: string
/**
 * Item of the receipt that bears it. Left out, all of its items.
 * An identifier: Unicode NFC, trimmed.
 */
sku?: string
/**
 * Number of the line of the receipt that bears it. Left out, all of its lines.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * What this line bears; below zero for a credit. No finer than its currency is counted. Then the document has no `amount`.
 */
amount?: string
}[]
}

/**
 * Items are valued by another method from then on. Out of layers into one cost for all, stock is revalued at the cost of what came last; else it keeps its value, but for a standard cost.
 */
export interface StockMethod {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time from which the method holds, in UTC.
 */
at: string
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
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * How its stock is valued from then on.
 */
valuation: ("fifo" | "lifo" | "average" | "standard" | "lot")
/**
 * Cost of one base unit, where the method is `standard`. Left out, what the stock costs then.
 */
standardCost?: string
}[]
}

/**
 * What was there when these books began: quantity and value against the opening balance account, once for each SKU and place. Neither a purchase nor a find.
 */
export interface StockOpening {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time from which it counts, in UTC: before all that happened since.
 */
at: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number.
 * An identifier: Unicode NFC, trimmed.
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
 * Cost of one `unit`, in `currency`. A line has this or `amount`.
 */
unitCost?: string
/**
 * Value of the whole line, in `currency`. A line has this or `unitCost`.
 */
amount?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * Components go in and products come out, with the cost of the components and what else it cost: production, kits, repacking.
 */
export interface StockProduce {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the document that this one follows.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * ISO 4217 code of `additionalCost`. Left out, it is in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * What it cost beside the components: labour, machine, service. No finer than its currency is counted.
 */
additionalCost?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * What is consumed, in the same document.
 * 
 * @minItems 1
 * @maxItems 10000
 */
components: {
/**
 * Stock keeping unit: the item that is consumed.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
}[]
/**
 * What is produced, booked with the components all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is produced.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number.
 * An identifier: Unicode NFC, trimmed.
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
 * Weight of the line when the cost is split over several products: in all of them, at least one above 0, or in none. Left out, it is split by quantity.
 */
share?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * Goods arrive from a supplier: supplier → location.
 */
export interface StockReceive {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the supplier or customer.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * Number of the document that this one follows: the purchase order, the original issue of a return.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number.
 * An identifier: Unicode NFC, trimmed.
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
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * Cost of one `unit`, in `currency`.
 */
unitCost?: string
/**
 * Cost of the whole line, in `currency`, in place of `unitCost`: for what has no exact cost of one. No finer than its currency is counted.
 */
amount?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * A message was not booked; it is parked with its reason.
 */
export interface StockRejected {
/**
 * Source of the message.
 * An identifier: Unicode NFC, trimmed.
 */
source: string
/**
 * Id of the message, within its source.
 * An identifier: Unicode NFC, trimmed.
 */
messageId: string
/**
 * Its message type.
 */
type: string
/**
 * Number of the document.
 * An identifier: Unicode NFC, trimmed.
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
 * Who sent the message.
 * An identifier: Unicode NFC, trimmed.
 */
actor: string
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
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the supplier or customer.
 * An identifier: Unicode NFC, trimmed.
 */
partner?: string
/**
 * ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation.
 * An identifier: Unicode NFC, trimmed.
 */
currency?: string
/**
 * Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config.
 */
rate?: string
/**
 * Number of the document that this one follows: the original issue or receipt, at whose cost the goods come back or leave.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Who returns or takes back: `customer` (goods come in) or `supplier` (goods go out). It decides the sign, so it has no default.
 */
party: ("customer" | "supplier")
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where stock leaves that is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
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
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * Cost of one `unit` at which goods from a customer come back; for goods that go to a supplier, what came in at this cost leaves first. Left out, the cost of the document in `reference`, or the current cost of the stock.
 */
unitCost?: string
/**
 * Cost of the whole line, in `currency`, in place of `unitCost`, where goods come back from a customer. No finer than its currency is counted.
 */
amount?: string
/**
 * Line of the document in `reference` that comes back: only what that line moved counts. Left out, all of its lines of this SKU, and of the lot where one is named.
 * An identifier: Unicode NFC, trimmed.
 */
referenceLine?: string
/**
 * Why this line, where it differs from the document’s reason.
 */
reason?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * Stock is given another value, without a movement.
 */
export interface StockRevalue {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * True: below its cost, or up again as far as it was written down, and on an account of its own. Each line then has an `amount`.
 */
writeDown?: boolean
/**
 * The lines, booked all or none; each with either `amount` or `unitCost`.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is revalued.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * A place of the cost pool that is revalued. Left out, every pool of the item is.
 * An identifier: Unicode NFC, trimmed.
 */
location?: string
/**
 * Lot or serial number that is revalued, of an item whose lots are valued by themselves. Left out, all of the pool is.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * Difference of the value, in the currency of the valuation; not zero.
 */
amount?: string
/**
 * New cost of one base unit; where the item is valued at standard cost, its new standard.
 */
unitCost?: string
}[]
}

/**
 * Stock changes its state where it lies: put into quarantine, released, found damaged.
 */
export interface StockStatus {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the document that this one follows.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place where the stock lies. A place that is new is made.
 * An identifier: Unicode NFC, trimmed.
 */
location: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * State that the stock had. Left out: available.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * State that the stock gets; another than `status`.
 */
toStatus: ("available" | "quarantine" | "damaged")
/**
 * Why this line, where it differs from the document’s reason.
 */
reason?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/**
 * Goods move between two of our places; value and cost layers move with them. In two steps they are shipped to `transit` and arrive from `transit`.
 */
export interface StockTransfer {
/**
 * Number of the document in the system that sent it.
 * An identifier: Unicode NFC, trimmed.
 */
document: string
/**
 * Business date and time of the movement, in UTC. Decides the order of valuation.
 */
at: string
/**
 * Number of the document that this one follows; for goods that arrive from `transit`, the document that shipped them.
 * An identifier: Unicode NFC, trimmed.
 */
reference?: string
/**
 * Why, by code or in words, for whoever audits it.
 */
reason?: string
/**
 * Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next.
 */
revision?: string
/**
 * Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
/**
 * The lines, booked all or none.
 * 
 * @minItems 1
 * @maxItems 10000
 */
lines: {
/**
 * Number of the line within its document.
 * An identifier: Unicode NFC, trimmed.
 */
line?: string
/**
 * Stock keeping unit: the item that is moved.
 * An identifier: Unicode NFC, trimmed.
 */
sku: string
/**
 * Place that the goods leave; `transit` where they arrive from under way.
 * An identifier: Unicode NFC, trimmed.
 */
from: string
/**
 * Place that the goods reach; `transit` where they go under way, `scrap` where they are thrown away.
 * An identifier: Unicode NFC, trimmed.
 */
to: string
/**
 * Quantity in `unit`, greater than zero.
 */
quantity: string
/**
 * Unit of the quantity. Left out, it is the item’s base unit.
 * An identifier: Unicode NFC, trimmed.
 */
unit?: string
/**
 * Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first.
 * An identifier: Unicode NFC, trimmed.
 */
lot?: string
/**
 * State of the stock; only `available` can be promised.
 */
status?: ("available" | "quarantine" | "damaged")
/**
 * Whose the stock is, where it is not ours: it is counted and valued at zero.
 * An identifier: Unicode NFC, trimmed.
 */
owner?: string
/**
 * Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH.
 */
expectedVersion?: string
}[]
}

/** Data of each message type. */
export interface MessageData {
  'item.upsert.v1': ItemUpsert;
  'location.upsert.v1': LocationUpsert;
  'order.upsert.v1': OrderUpsert;
  'period.close.v1': PeriodClose;
  'period.reopen.v1': PeriodReopen;
  'reservation.changed.v1': ReservationChanged;
  'reservation.commit.v1': ReservationCommit;
  'reservation.create.v1': ReservationCreate;
  'reservation.update.v1': ReservationUpdate;
  'reservation.void.v1': ReservationVoid;
  'stock.adjust.v1': StockAdjust;
  'stock.cancel.v1': StockCancel;
  'stock.changed.v1': StockChanged;
  'stock.count.v1': StockCount;
  'stock.invoice.v1': StockInvoice;
  'stock.issue.v1': StockIssue;
  'stock.landed-cost.v1': StockLandedCost;
  'stock.method.v1': StockMethod;
  'stock.opening.v1': StockOpening;
  'stock.produce.v1': StockProduce;
  'stock.receive.v1': StockReceive;
  'stock.rejected.v1': StockRejected;
  'stock.return.v1': StockReturn;
  'stock.revalue.v1': StockRevalue;
  'stock.status.v1': StockStatus;
  'stock.transfer.v1': StockTransfer;
}
