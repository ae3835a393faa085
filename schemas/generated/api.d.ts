/* Generated from the routes of the API by `npm run gen`. Do not edit. */

export type AbcList = {
  readonly rows: readonly AbcRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type AbcRow = {
  /** From the greatest value on. */
  readonly rank: string;
  readonly sku: string;
  /** A, B or C. */
  readonly class: string;
  /** Issued to customers and into production. */
  readonly quantity: string;
  /** What that cost, with all corrections, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** Percentage of the value of all issues. */
  readonly share: string;
  /** Sum of the percentages up to this rank. */
  readonly runningShare: string;
};

export type Accepted = {
  readonly intakeId: string;
  readonly flow: string;
  /** Records of the payload. */
  readonly records: number;
  /** Canonical messages made of them. */
  readonly messages: number;
  /** Records that a person must correct. */
  readonly parked: number;
  /** Of what is sent again: file or path that it came as. */
  readonly name?: string;
  /** Records that were handed on to where else the flow sends them, if any were. */
  readonly handed?: number;
  /** Records that a filter dropped on purpose. */
  readonly filtered?: number;
  /** Parts of records that were split, and lines of records, which a step dropped. */
  readonly droppedParts?: number;
  /** What stood beside the records and is none of them, such as elements of XML. */
  readonly passedOver?: Readonly<Record<string, number>>;
  /** The first faults. */
  readonly faults?: readonly Fault[];
  /** Hints, each code once: its first place, and the count. */
  readonly told?: readonly Fault[];
  readonly refused?: Problem;
};

export type AgeingList = {
  readonly rows: readonly AgeingRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (quantity, value) over all rows; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly AgeingTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type AgeingRow = {
  readonly sku: string;
  readonly pool: string;
  /** Only by slot, and only where lots are valued by themselves. */
  readonly lot: string;
  /** `0-30`, `91+`, or the days of a slot; `short`: taken before it came. */
  readonly age: string;
  /** Our own stock. */
  readonly quantity: string;
  /** Its value, in `currency`; sums to the valuation. */
  readonly value: string;
  readonly currency: string;
  /** Day on which the oldest part came, in `stock.zone`. */
  readonly day: string;
  /** Business time at which it came. */
  readonly since: string;
};

export type AgeingTotal = {
  readonly currency: string;
  readonly quantity?: string;
  readonly value?: string;
};

export type Alive = {
  readonly status: "ok";
};

export type Assigned = {
  /** Who is to look at it. */
  readonly to: string;
  /** Whoever does it, by his own word: it stands in the log behind the key or the user that calls. */
  readonly by?: string;
};

export type AsyncApi = Readonly<Record<string, unknown>>;

export type AttemptHour = {
  readonly endpoint: string;
  /** When the hour began. */
  readonly hour: string;
  /** Calls that it took. */
  readonly took: number;
  /** Calls that failed. */
  readonly failed: number;
};

export type AttemptList = {
  readonly rows: readonly AttemptHour[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type AuditTrailList = {
  readonly rows: readonly AuditTrailRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type AuditTrailRow = {
  /** 1, 2, … without gaps. */
  readonly number: string;
  /** Of that moment, in `stock.zone`. */
  readonly day: string;
  readonly at: string;
  readonly actor: string;
  /** What it was about, and what was done, such as `parked.dismissed`. */
  readonly did: string;
  readonly id: string;
  readonly reason: string;
  /** What else says what was done, each as `name=value`. */
  readonly facts: string;
  /** SHA-256 of the entry before it. */
  readonly before: string;
  /** SHA-256 of this one. */
  readonly hash: string;
};

export type AvailableList = {
  readonly rows: readonly AvailableRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type AvailableRow = {
  readonly sku: string;
  readonly pool: string;
  /** Only where a place is asked for. */
  readonly location: string;
  /** Empty: now. */
  readonly due: string;
  /** Ours, in good state, and not expired. */
  readonly onHand: string;
  /** Held of it. */
  readonly reserved: string;
  /** By purchases and transfers that are due that day. */
  readonly incoming: string;
  /** By sales orders that are due that day, less what is held for them. */
  readonly outgoing: string;
  /** On hand less reserved; with all that is due by that day. */
  readonly projected: string;
  /** What can be given away that day without breaking what is due later. */
  readonly promisable: string;
  /** Ours, in good state, and past the last day of its lot: it is not on hand here. */
  readonly expired: string;
};

export type Case = {
  readonly id: string;
  readonly of: string;
  readonly state: string;
  /** What was done about it, in the order of time, and by whom. */
  readonly log: readonly {
    readonly at: string;
    readonly by: string;
    readonly did: string;
    readonly to?: string;
    readonly reason?: string;
    readonly intakeId?: string;
    /** Fields as JSON text, before and after. */
    readonly changes?: readonly {
      readonly path: string;
      readonly from?: string;
      readonly to?: string;
    }[];
  }[];
  readonly since?: string;
  readonly assignee?: string;
  readonly intakeId?: string;
};

export type ClosingList = {
  readonly rows: readonly ClosingRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (value) over all rows, of each check where there are several, and last of all. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly ClosingTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ClosingRow = {
  /** `costs`: are being found anew. `negative`: cost pools below zero; `guessed`: shortages at a guessed cost; `uncosted`: shortages at 0.00; `unpriced`: receipts without a price; `returns`: returns that follow no document; `parked`: parked documents; `transit`: items in transit. */
  readonly check: string;
  /** `refuse`: it cannot be closed like that; `tell`: whoever closes hears of it. */
  readonly policy: string;
  readonly sku: string;
  readonly pool: string;
  readonly document: string;
  readonly partner: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  /** Below zero: what is short. */
  readonly quantity: string;
  /** What it is worth in the books, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** Where to look further. */
  readonly report: string;
};

export type ClosingTotal = {
  readonly currency: string;
  readonly check?: string;
  readonly value?: string;
};

export type CommandAnswer = {
  /** Durable, and not booked in the time that was waited; booked; booked before, with the same content; or a reservation said no, by `result`, and booked nothing. */
  readonly outcome: "accepted" | "booked" | "exists" | "answered";
  /** The business key. */
  readonly id: string;
  /** The message that it is. */
  readonly type: string;
  /** With `id` it is what the message is known by when it comes again. */
  readonly source: string;
  /** What became of it stands at /v1/messages/{intakeId}. */
  readonly intakeId: string;
  /** How the reservation answered: `created`, `insufficient`, … */
  readonly result?: string;
  readonly reservation?: Reservation;
  /** Of each SKU (of an item: of what is known of it), as If-Match takes it. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Hints. */
  readonly told?: readonly Fault[];
};

export type Config = {
  /** Of Stockbus. */
  readonly version: string;
  /** In the order of the reference; connectors with those of their kind. */
  readonly settings: readonly ({
    /** Its path in config/hub.yaml, such as `stock.zone`. */
    readonly name: string;
    /** As it stands there; of a secret only that there is one. */
    readonly value: string;
    /** What says so. */
    readonly from: "file" | "environment" | "default";
    readonly at?: {
      readonly file: string;
      readonly line: number;
      readonly column: number;
    };
    /** Of the environment, where that says so. */
    readonly variable?: string;
  })[];
};

export type Correction = {
  /** New texts of fields, by their paths. */
  readonly set?: Readonly<Record<string, string>>;
  /** Paths of fields that are to go. */
  readonly unset?: readonly string[];
  /** In place of the whole record; of several rows, a list of them. */
  readonly value?: unknown;
  /** Whoever does it, by his own word: it stands in the log behind the key or the user that calls. */
  readonly by?: string;
};

export type DeadGroupRow = {
  readonly to: string;
  readonly code: string;
  readonly message: string;
  readonly count: string;
  readonly first: string;
  readonly last: string;
  /** When they came: 24 counts, each of one part of the time in which all groups did. */
  readonly trend: string;
};

export type DeadGroups = {
  readonly rows: readonly DeadGroupRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type DeadLetter = {
  readonly id: string;
  readonly deadAt: string;
  readonly to: string;
  readonly messageId: string;
  readonly code: string;
  readonly reason: string;
  readonly records: string;
  readonly bytes: string;
  readonly state: string;
  readonly assignee: string;
  readonly queue: string;
  /** Events, records or messages in it. */
  readonly content: readonly unknown[];
  /** What was done about it, in the order of time, and by whom. */
  readonly log: readonly {
    readonly at: string;
    readonly by: string;
    readonly did: string;
    readonly to?: string;
    readonly reason?: string;
    readonly intakeId?: string;
    /** Fields as JSON text, before and after. */
    readonly changes?: readonly {
      readonly path: string;
      readonly from?: string;
      readonly to?: string;
    }[];
  }[];
};

export type DeadList = {
  readonly rows: readonly DeadRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type DeadRow = {
  readonly id: string;
  readonly deadAt: string;
  readonly to: string;
  readonly messageId: string;
  readonly code: string;
  readonly reason: string;
  readonly records: string;
  readonly bytes: string;
  readonly state: string;
  readonly assignee: string;
};

export type DeploymentList = {
  readonly rows: readonly DeploymentRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type DeploymentRow = {
  readonly deployment: string;
  readonly flow: string;
  readonly file: string;
  readonly direction: string;
  readonly digest: string;
  /** `gone`: no file has it any more; `kept`: the same, and what waits for it is to stay. */
  readonly state: "declared" | "gone" | "kept";
  /** In that state, or, of what is declared, with that digest. */
  readonly since: string;
  /** Who did it. */
  readonly by: string;
  /** Under which it books; empty where it does not. */
  readonly source: string;
};

export type DocumentsList = {
  readonly rows: readonly DocumentsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type DocumentsRow = {
  readonly document: string;
  readonly sku: string;
  readonly kind: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  /** What came to our places, less what left them. */
  readonly quantity: string;
  /** The same of its value, with all that was posted for it later. */
  readonly value: string;
  readonly currency: string;
  readonly partner: string;
  readonly reference: string;
  /** Number of its entries of the SKU. */
  readonly entries: string;
  /** The source of its message: the flow. */
  readonly source: string;
  /** Key of its message. */
  readonly messageId: string;
  /** Who booked it. */
  readonly actor: string;
  /** When it was learnt. */
  readonly recordedAt: string;
};

export type Endpoint = {
  readonly name: string;
  readonly flow: string;
  readonly state: string;
  /** Failures since it took something. */
  readonly attempts: number;
  /** Since when it is in that state; not there: always. */
  readonly since?: string;
  /** When it is asked again. */
  readonly nextProbe?: string;
  readonly failingSince?: string;
  readonly lastAnswer?: {
    readonly at: string;
    readonly code?: string;
    readonly message?: string;
  };
  readonly paused?: {
    readonly by: string;
    readonly reason: string;
  };
  /** A person wants it to be asked now. */
  readonly isAsked?: boolean;
};

export type EndpointList = {
  readonly rows: readonly Endpoint[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ErrorMeaning = {
  readonly code: string;
  /** What it means, for somebody who meets it the first time. */
  readonly meaning: string;
  /** What to do about it. */
  readonly todo: string;
  readonly status: number;
  /** The same may go well later, without anybody correcting anything. */
  readonly retryable: boolean;
};

export type ExplainList = {
  readonly rows: readonly ExplainRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** What there was of the SKU before the first moment of the period. Only where all entries of one SKU are asked for from a date on. */
  readonly opening?: {
    readonly sku?: string;
    /** Number of the entry within its SKU, in which order they were booked. */
    readonly seq?: string;
    /** Of the business time, in `stock.zone`. */
    readonly day?: string;
    readonly at?: string;
    /** `opening` and `closing` are no entries: what there was. */
    readonly kind?: string;
    readonly from?: string;
    readonly to?: string;
    readonly lot?: string;
    /** Of the number that is explained. */
    readonly change?: string;
    /** After this entry, of all that were booked up to it. */
    readonly balance?: string;
    /** Empty of a quantity. */
    readonly currency?: string;
    readonly document?: string;
    readonly line?: string;
    readonly partner?: string;
    readonly reference?: string;
    readonly reason?: string;
    /** Entry of the same SKU whose quantity or value it changes. */
    readonly corrects?: string;
    /** Entry at whose business time the correction stands. */
    readonly by?: string;
    /** By which it came in. */
    readonly flow?: string;
    /** Name of the file, or path of the request. */
    readonly file?: string;
    /** First record of it that the message was made of, where that is known. */
    readonly record?: string;
    /** Payload. */
    readonly intakeId?: string;
    readonly source?: string;
    /** Key of its message. */
    readonly messageId?: string;
    /** Who booked it. */
    readonly actor?: string;
    /** When it was learnt. */
    readonly recordedAt?: string;
  };
  /** What there was of the SKU at its end. Only where all entries of one SKU are asked for from a date on. */
  readonly closing?: {
    readonly sku?: string;
    /** Number of the entry within its SKU, in which order they were booked. */
    readonly seq?: string;
    /** Of the business time, in `stock.zone`. */
    readonly day?: string;
    readonly at?: string;
    /** `opening` and `closing` are no entries: what there was. */
    readonly kind?: string;
    readonly from?: string;
    readonly to?: string;
    readonly lot?: string;
    /** Of the number that is explained. */
    readonly change?: string;
    /** After this entry, of all that were booked up to it. */
    readonly balance?: string;
    /** Empty of a quantity. */
    readonly currency?: string;
    readonly document?: string;
    readonly line?: string;
    readonly partner?: string;
    readonly reference?: string;
    readonly reason?: string;
    /** Entry of the same SKU whose quantity or value it changes. */
    readonly corrects?: string;
    /** Entry at whose business time the correction stands. */
    readonly by?: string;
    /** By which it came in. */
    readonly flow?: string;
    /** Name of the file, or path of the request. */
    readonly file?: string;
    /** First record of it that the message was made of, where that is known. */
    readonly record?: string;
    /** Payload. */
    readonly intakeId?: string;
    readonly source?: string;
    /** Key of its message. */
    readonly messageId?: string;
    /** Who booked it. */
    readonly actor?: string;
    /** When it was learnt. */
    readonly recordedAt?: string;
  };
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ExplainRow = {
  readonly sku: string;
  /** Number of the entry within its SKU, in which order they were booked. */
  readonly seq: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  readonly at: string;
  /** `opening` and `closing` are no entries: what there was. */
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly lot: string;
  /** Of the number that is explained. */
  readonly change: string;
  /** After this entry, of all that were booked up to it. */
  readonly balance: string;
  /** Empty of a quantity. */
  readonly currency: string;
  readonly document: string;
  readonly line: string;
  readonly partner: string;
  readonly reference: string;
  readonly reason: string;
  /** Entry of the same SKU whose quantity or value it changes. */
  readonly corrects: string;
  /** Entry at whose business time the correction stands. */
  readonly by: string;
  /** By which it came in. */
  readonly flow: string;
  /** Name of the file, or path of the request. */
  readonly file: string;
  /** First record of it that the message was made of, where that is known. */
  readonly record: string;
  /** Payload. */
  readonly intakeId: string;
  readonly source: string;
  /** Key of its message. */
  readonly messageId: string;
  /** Who booked it. */
  readonly actor: string;
  /** When it was learnt. */
  readonly recordedAt: string;
};

export type Fault = {
  /** Stable: never renamed. */
  readonly code: string;
  /** What happened here. */
  readonly message: string;
  /** Where. */
  readonly at?: {
    readonly file?: string;
    readonly field?: string;
    readonly line?: number;
    readonly column?: number;
    /** Position of the record in its payload, from 1. */
    readonly record?: number;
  };
  /** What to do here. */
  readonly todo?: string;
  /** Of a hint: how many there are of it. */
  readonly count?: number;
  /** The first of those that led to it. */
  readonly causes?: readonly Readonly<Record<string, unknown>>[];
  /** Shortest wait before another attempt. */
  readonly retryAfterMs?: number;
  /** Of a system that was asked: which, and how often. */
  readonly asked?: Readonly<Record<string, unknown>>;
};

export type FlowList = {
  readonly rows: readonly FlowRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type FlowMap = {
  /** When it was asked. */
  readonly at: string;
  readonly flows: readonly MapFlow[];
  /** What lies between what comes in and what goes out. */
  readonly books: {
    /** Age of the oldest batch that is not booked. */
    readonly unappliedSeconds: number | null;
    /** What is booked and not told yet. */
    readonly outbox: number | null;
    /** Dead letters. */
    readonly dead: number | null;
  };
};

export type FlowPause = {
  readonly flow: string;
  readonly since: string;
  readonly by: string;
  readonly reason: string;
  /** Of the fault, where one did it. */
  readonly code?: string;
};

export type FlowRate = {
  /** Payloads that came in within that span. */
  readonly payloads: number;
  /** Their records. */
  readonly records: number;
  /** Messages made of them. */
  readonly messages: number;
  /** Records of them that intake parked. */
  readonly parked: number;
  /** Of what came in within that span, messages that are booked by now. */
  readonly booked: number;
  /** Those that were booked before with the same content. */
  readonly exists: number;
  /** Those that the rules of stock refused, and that are parked. */
  readonly refused: number;
};

export type FlowRow = {
  readonly name: string;
  readonly file: string;
  readonly direction: string;
  /** `starting`, `running`, `paused`, `draining`, `failed` or `left out`. */
  readonly state: string;
  /** Since when it is in that state. */
  readonly since: string;
  /** SHA-256 of its file, and of the fragments and tables that it names. */
  readonly digest: string;
  /** Why it does not run, where it does not. */
  readonly code: string;
  /** The same in words. */
  readonly message: string;
};

export type GraphqlAnswer = {
  /** What was asked for. */
  readonly data?: Readonly<Record<string, unknown>> | null;
  /** Each with the stable code of the refusal in `extensions.code`. */
  readonly errors?: readonly Readonly<Record<string, unknown>>[];
  /** `cost.requested` and `cost.actual`, in points. */
  readonly extensions?: Readonly<Record<string, unknown>>;
};

export type GraphqlRequest = {
  /** The query, or the subscription where the caller accepts text/event-stream. */
  readonly query: string;
  /** Which of several operations. */
  readonly operationName?: string;
  /** By their names. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
};

export type Health = {
  readonly ready: boolean;
  /** When the oldest batch in hand was accepted. */
  readonly unappliedSince?: string;
  /** By part: `ok`, or what is wrong with it. */
  readonly checks?: Readonly<Record<string, string>>;
  /** What a person should look at though the hub is ready: accepted batches that never came, flows that do not run. */
  readonly told?: Readonly<Record<string, string>>;
};

export type History = {
  readonly key: string;
  /** What the key is. */
  readonly found: readonly string[];
  readonly lines: readonly StoryLine[];
  /** There is more of it: the newest is told. */
  readonly isCut: boolean;
};

export type Index = {
  readonly name: "stockbus";
  /** IANA zone of its business days. */
  readonly zone: string;
  /** ISO 4217 code of the currency in which stock is valued. */
  readonly currency: string;
  readonly addresses: readonly {
    readonly method: string;
    readonly path: string;
    readonly summary: string;
  }[];
  readonly flows: readonly {
    readonly name: string;
    readonly href: string;
    readonly about?: string;
    readonly contentType?: string;
  }[];
};

export type Item = {
  readonly sku: string;
  /** Another one with each change of what is known of it, as If-Match takes it. */
  readonly version: string;
  /** What is known of it. */
  readonly item: Readonly<Record<string, unknown>>;
};

/** Master data of an item: made when new, changed in the fields that are given. */
export type ItemUpsertCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Stock keeping unit, the key of the item. */
  readonly sku: string;
  /** What people call it. */
  readonly name?: string;
  /** Base unit, in which stock is kept. Cannot change once there was stock. */
  readonly unit?: string;
  /** Other units by name: how many base units one of them is, as a whole number or a fraction. */
  readonly units?: Readonly<Record<string, string>>;
  /** How its stock is valued. Left out, the hub’s default. Once there was stock, stock.method.v1 changes it. */
  readonly valuation?: "fifo" | "lifo" | "average" | "standard" | "lot";
  /** Cost of one base unit, where the item is valued at standard cost; before any receipt also what a shortage costs. Once there was stock, stock.revalue.v1 changes it. */
  readonly standardCost?: string;
  /** Whether its stock is told apart by lot, by serial number, or not. Left out: none. Cannot change once there was stock. */
  readonly tracking?: "none" | "lot" | "serial";
  /** Which lot goes first when a line names none: the one that expires first, or that came first. Left out: fefo. */
  readonly picking?: "fefo" | "fifo";
  /** Whether more may leave than is there. Left out, as the place or the hub says. */
  readonly negative?: "allow" | "deny";
  /** False: it belongs to others, is counted and valued at zero. Left out: true. Cannot change once there was stock. */
  readonly valued?: boolean;
  /** Weight of one base unit, in any measure that all items share; splits landed costs. */
  readonly weight?: string;
  /** GTIN or other barcode. */
  readonly barcode?: string;
  /** Item group, for reports and accounts. */
  readonly group?: string;
  /** When it was so, in UTC, in place of `revision`: of each field what is older does not win over what is newer. */
  readonly changedAt?: string;
  /** Number of this version of the item, from 1: of each field an older one does not win over a newer, whatever order they come in. */
  readonly revision?: string;
  /** Version that the item must still have as the message is decided; `0`: it must not be known yet. Where it has another, the message is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** Anything else, as text. */
  readonly attributes?: Readonly<Record<string, string>>;
};

export type ItemsList = {
  readonly rows: readonly ItemsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ItemsRow = {
  readonly sku: string;
  readonly name: string;
  /** The base unit; empty where nobody named one. */
  readonly unit: string;
  readonly valuation: string;
  /** `lot` or `serial`; empty where it is not tracked. */
  readonly tracking: string;
  readonly group: string;
  readonly barcode: string;
  /** Other units: how many base units one is, as `CTN=12 PAL=480`. */
  readonly units: string;
  /** Cost of one base unit, where that is the method. */
  readonly standardCost: string;
  /** Which lot goes first when nobody names one. */
  readonly picking: string;
  /** Whether it may go below zero; empty: as the place or the hub says. */
  readonly negative: string;
  /** `false`: it is counted and worth nothing. */
  readonly valued: string;
  /** Of the ledger. */
  readonly entries: string;
  /** When it was last booked, or something was said of it. */
  readonly recordedAt: string;
};

export type Job = {
  /** Also the `intakeId` of /v1/messages/{id}. */
  readonly id: string;
  /** The message that each record is. */
  readonly type: string;
  /** All of it durable and nothing booked yet; some of it booked; all of it booked or parked; or some of it never came out of the broker (send it again). */
  readonly state: "accepted" | "booking" | "done" | "missing";
  /** Records so far. */
  readonly records: number;
  /** Of these, commands on their way or booked. */
  readonly accepted: number;
  /** Of these, booked. */
  readonly booked: number;
  /** Of these, booked before with the same content. */
  readonly exists: number;
  /** Records and commands that are parked: /v1/jobs/{id}/parked says why. */
  readonly parked: number;
  /** Commands about reservations that were answered and booked nothing, by the code of the answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** All of it has been applied. */
  readonly done: boolean;
  /** Right after it came: the first faults. */
  readonly faults?: readonly Fault[];
  /** Hints, each code once. */
  readonly told?: readonly Fault[];
  readonly refused?: Problem;
};

export type JobParkedList = {
  readonly rows: readonly JobParkedRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type JobParkedRow = {
  readonly record: string;
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly field: string;
  readonly parkedId: string;
};

export type JournalBatch = {
  /** Id of the batch. Pass it as `after` for the one that follows. */
  readonly batch: string;
  /** Nothing was recorded since the one before: ask again later. */
  readonly isEmpty: boolean;
  /** It has what was recorded by then, and nothing of it can change any more. */
  readonly knownAt: string;
  /** Where its postings are read, in any format, by pages. */
  readonly href: string;
  /** And after then: the end of the batch before. */
  readonly recordedAfter?: string;
};

export type JournalList = {
  readonly rows: readonly JournalRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (debit, credit) over all rows. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly JournalTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type JournalRow = {
  /** SKU and number of the ledger entry, or SKU, day and pool of a change of group; the same on both of its lines. */
  readonly posting: string;
  /** Date of the posting, in `stock.zone`. */
  readonly day: string;
  readonly at: string;
  /** When it was learnt. */
  readonly recordedAt: string;
  readonly document: string;
  readonly line: string;
  readonly sku: string;
  readonly kind: string;
  readonly account: string;
  /** Never negative; 0 on the line of the credit. */
  readonly debit: string;
  /** Never negative; 0 on the line of the debit. */
  readonly credit: string;
  readonly currency: string;
  /** Posting whose value it changes or takes back. */
  readonly corrects: string;
  /** As the document states it; of a correction, that of what it corrects. */
  readonly reason: string;
  /** Item group, as it is now; of a closed period, as it was then. */
  readonly group: string;
  /** Of the document; of a correction, that of what it corrects; of a cost that comes late, who sent that. */
  readonly partner: string;
  /** What a correction says of itself. */
  readonly note: string;
};

export type JournalTotal = {
  readonly currency: string;
  readonly debit?: string;
  readonly credit?: string;
};

export type Key = {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "expired" | "revoked";
  readonly scopes: readonly ("stock:read" | "stock:write" | "ledger:read" | "flows:read" | "parked:read" | "parked:correct" | "parked:replay" | "audit:read" | "schema" | "admin")[];
  /** The source of commands that are sent with it. */
  readonly source: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly rows?: {
    /** It sees and writes only these. */
    readonly locations?: readonly string[];
    /** It sees and writes only items of these. */
    readonly itemGroups?: readonly string[];
  };
  /** Left out: what every caller has. */
  readonly requestsPerMinute?: number;
  /** From when on it opens nothing. */
  readonly expiresAt?: string;
  /** To the minute. */
  readonly lastUsedAt?: string;
  /** Until when the secret before opens, too. */
  readonly overlapUntil?: string;
  readonly revoked?: {
    readonly at: string;
    readonly by: string;
  };
};

export type KeyList = {
  readonly rows: readonly Key[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type KeyRotation = {
  /** For how long the secret before opens, too, such as `48h`; `24h`. */
  readonly overlap?: string;
};

export type KeyWish = {
  /** For people: whose it is. */
  readonly name: string;
  /** What it may. */
  readonly scopes: readonly ("stock:read" | "stock:write" | "ledger:read" | "flows:read" | "parked:read" | "parked:correct" | "parked:replay" | "audit:read" | "schema" | "admin")[];
  /** It sees and writes only these. Left out: all. */
  readonly locations?: readonly string[];
  /** And only items of these. Left out: all. */
  readonly itemGroups?: readonly string[];
  /** The source of commands that are sent with it; `api` where it is left out. */
  readonly source?: string;
  /** The last day on which it opens, or an instant. Left out: it stays. */
  readonly expires?: string;
  /** Left out: what every caller has. */
  readonly requestsPerMinute?: number;
};

export type LedgerList = {
  readonly rows: readonly LedgerRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** What there was of the SKU before the first moment of the period. Only where all entries of one SKU are asked for from a date on. */
  readonly opening?: {
    readonly sku?: string;
    /** Number of the entry within its SKU, without a gap. */
    readonly seq?: string;
    /** Of the business time, in `stock.zone`. */
    readonly day?: string;
    readonly at?: string;
    /** `opening` and `closing` are no entries: what there was of the SKU. */
    readonly kind?: string;
    readonly from?: string;
    readonly to?: string;
    /** Never negative; it went from `from` to `to`. */
    readonly quantity?: string;
    /** Value that moved with it, in `currency`. */
    readonly value?: string;
    readonly currency?: string;
    /** Cost pool that the value left. */
    readonly fromPool?: string;
    /** Cost pool that the value entered. */
    readonly toPool?: string;
    readonly lot?: string;
    readonly status?: string;
    /** Where the status changes on the way. */
    readonly toStatus?: string;
    /** Whose it is, where it is not ours. */
    readonly owner?: string;
    readonly document?: string;
    readonly line?: string;
    readonly partner?: string;
    readonly reference?: string;
    readonly reason?: string;
    /** Entry of the same SKU whose quantity or value it changes. */
    readonly corrects?: string;
    /** Entry at whose business time the correction stands. */
    readonly by?: string;
    readonly source?: string;
    readonly messageId?: string;
    /** Who booked it: `key:ID`, `user:NAME`, `token` or `local` over the API, `cli:USER`, `flow:NAME` for what came from elsewhere, or `job:NAME` for what followed by itself. */
    readonly actor?: string;
    /** When it was learnt. */
    readonly recordedAt?: string;
    /** Which pack of the SKU holds it; the hash of that pack covers it. */
    readonly pack?: string;
  };
  /** What there was of the SKU at its end. Only where all entries of one SKU are asked for from a date on. */
  readonly closing?: {
    readonly sku?: string;
    /** Number of the entry within its SKU, without a gap. */
    readonly seq?: string;
    /** Of the business time, in `stock.zone`. */
    readonly day?: string;
    readonly at?: string;
    /** `opening` and `closing` are no entries: what there was of the SKU. */
    readonly kind?: string;
    readonly from?: string;
    readonly to?: string;
    /** Never negative; it went from `from` to `to`. */
    readonly quantity?: string;
    /** Value that moved with it, in `currency`. */
    readonly value?: string;
    readonly currency?: string;
    /** Cost pool that the value left. */
    readonly fromPool?: string;
    /** Cost pool that the value entered. */
    readonly toPool?: string;
    readonly lot?: string;
    readonly status?: string;
    /** Where the status changes on the way. */
    readonly toStatus?: string;
    /** Whose it is, where it is not ours. */
    readonly owner?: string;
    readonly document?: string;
    readonly line?: string;
    readonly partner?: string;
    readonly reference?: string;
    readonly reason?: string;
    /** Entry of the same SKU whose quantity or value it changes. */
    readonly corrects?: string;
    /** Entry at whose business time the correction stands. */
    readonly by?: string;
    readonly source?: string;
    readonly messageId?: string;
    /** Who booked it: `key:ID`, `user:NAME`, `token` or `local` over the API, `cli:USER`, `flow:NAME` for what came from elsewhere, or `job:NAME` for what followed by itself. */
    readonly actor?: string;
    /** When it was learnt. */
    readonly recordedAt?: string;
    /** Which pack of the SKU holds it; the hash of that pack covers it. */
    readonly pack?: string;
  };
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type LedgerRow = {
  readonly sku: string;
  /** Number of the entry within its SKU, without a gap. */
  readonly seq: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  readonly at: string;
  /** `opening` and `closing` are no entries: what there was of the SKU. */
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Never negative; it went from `from` to `to`. */
  readonly quantity: string;
  /** Value that moved with it, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** Cost pool that the value left. */
  readonly fromPool: string;
  /** Cost pool that the value entered. */
  readonly toPool: string;
  readonly lot: string;
  readonly status: string;
  /** Where the status changes on the way. */
  readonly toStatus: string;
  /** Whose it is, where it is not ours. */
  readonly owner: string;
  readonly document: string;
  readonly line: string;
  readonly partner: string;
  readonly reference: string;
  readonly reason: string;
  /** Entry of the same SKU whose quantity or value it changes. */
  readonly corrects: string;
  /** Entry at whose business time the correction stands. */
  readonly by: string;
  readonly source: string;
  readonly messageId: string;
  /** Who booked it: `key:ID`, `user:NAME`, `token` or `local` over the API, `cli:USER`, `flow:NAME` for what came from elsewhere, or `job:NAME` for what followed by itself. */
  readonly actor: string;
  /** When it was learnt. */
  readonly recordedAt: string;
  /** Which pack of the SKU holds it; the hash of that pack covers it. */
  readonly pack: string;
};

/** Master data of a place: made when new, changed in the fields that are given. */
export type LocationUpsertCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Code of the place, its key. */
  readonly location: string;
  /** What people call it. */
  readonly name?: string;
  /** What the place is. */
  readonly kind?: "warehouse" | "store" | "bin" | "vehicle";
  /** Place that this one is a part of. */
  readonly parent?: string;
  /** When it was so, in UTC, in place of `revision`: of the place what is older does not win over what is newer. */
  readonly changedAt?: string;
  /** Number of this version of the place, from 1: of the place an older one does not win over a newer, whatever order they come in. */
  readonly revision?: string;
  /** Version that what it changes must still have. Reserved: a message that states it is parked, FIELD_RESERVED. */
  readonly expectedVersion?: string;
  /** Anything else, as text. */
  readonly attributes?: Readonly<Record<string, string>>;
};

export type LocationsList = {
  readonly rows: readonly LocationsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type LocationsRow = {
  readonly location: string;
  /** Empty where nobody described it. */
  readonly name: string;
  readonly kind: string;
  readonly parent: string;
  /** Of which something lies there. */
  readonly skus: string;
};

export type MadeKey = {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "expired" | "revoked";
  readonly scopes: readonly ("stock:read" | "stock:write" | "ledger:read" | "flows:read" | "parked:read" | "parked:correct" | "parked:replay" | "audit:read" | "schema" | "admin")[];
  /** The source of commands that are sent with it. */
  readonly source: string;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Shown this once: the hub keeps only its hash. */
  readonly key: string;
  readonly rows?: {
    /** It sees and writes only these. */
    readonly locations?: readonly string[];
    /** It sees and writes only items of these. */
    readonly itemGroups?: readonly string[];
  };
  /** Left out: what every caller has. */
  readonly requestsPerMinute?: number;
  /** From when on it opens nothing. */
  readonly expiresAt?: string;
  /** To the minute. */
  readonly lastUsedAt?: string;
  /** Until when the secret before opens, too. */
  readonly overlapUntil?: string;
  readonly revoked?: {
    readonly at: string;
    readonly by: string;
  };
};

export type MapEnd = {
  /** The same for the same thing, whatever flow names it. */
  readonly id: string;
  readonly kind: "connector" | "message" | "event" | "schedule" | "flow";
  /** `erp-inbox (folder)`, a type of message, a schedule, or a flow. */
  readonly name: string;
  /** What of it: a pattern of files, a query. */
  readonly part?: string;
};

export type MapFlow = {
  readonly name: string;
  readonly about: string;
  readonly direction: "inbound" | "continued" | "subscription" | "report" | "";
  /** `starting`, `running`, `paused`, `draining`, `failed` or `left out`. */
  readonly state: string;
  /** Since when it is in that state. */
  readonly since: string;
  readonly from: readonly MapEnd[];
  /** Names of its steps, in their order. */
  readonly steps: readonly string[];
  /** Where it sends; what has a queue of its own says how that does. */
  readonly to: readonly ({
    /** The same for the same thing, whatever flow names it. */
    readonly id: string;
    readonly kind: "connector" | "message" | "event" | "schedule" | "flow";
    /** `erp-inbox (folder)`, a type of message, a schedule, or a flow. */
    readonly name: string;
    /** What of it: a pattern of files, a query. */
    readonly part?: string;
    readonly sink?: MapSink;
  })[];
  /** Whom its steps ask. */
  readonly asks: readonly MapEnd[];
  /** Records that a person must correct. */
  readonly parked: number | null;
  /** Records that wait in its steps. */
  readonly staged: number | null;
  /** For how long the first of them. */
  readonly stagedSeconds: number | null;
  readonly minute: FlowRate;
  readonly hour: FlowRate;
  /** Why it does not run. */
  readonly reason?: {
    readonly code: string;
    readonly message: string;
  };
  /** The last payload, where that is among the latest 5,000 of all flows. */
  readonly last?: {
    readonly intakeId: string;
    readonly name: string;
    readonly at: string;
    readonly records: number;
    readonly messages: number;
    readonly parked: number;
  };
};

export type MapSink = {
  readonly endpoint: string;
  readonly state: "active" | "backing-off" | "paused";
  /** What waits for it; null where that cannot be known. */
  readonly waiting: number | null;
  /** For how long the first of it. */
  readonly oldestSeconds: number | null;
  readonly minute: SinkRate;
  readonly hour: SinkRate;
  /** Since when it is in that state. */
  readonly since?: string;
  /** When it is asked again. */
  readonly nextProbe?: string;
};

export type Message = {
  readonly intakeId: string;
  readonly flow: string;
  readonly name: string;
  /** Accepted, and nothing of it booked yet; some of it booked; all of it booked or parked; or some of it never came out of the broker (send it again). */
  readonly state: "accepted" | "booking" | "done" | "missing";
  readonly firstAt: string;
  readonly lastAt: string;
  /** Records applied so far. */
  readonly records: number;
  /** Of these, dropped on purpose. */
  readonly filtered: number;
  /** Messages applied so far. */
  readonly messages: number;
  /** Of these, booked. */
  readonly booked: number;
  /** Of these, booked before with the same content. */
  readonly exists: number;
  /** Records and messages that are parked. */
  readonly parked: number;
  /** Messages about reservations that were answered and booked nothing, by the code of the answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** Batches applied so far. */
  readonly appliedBatches: number;
  /** All of it has been applied. */
  readonly done: boolean;
  /** Batches that there are, once that is known. */
  readonly batches?: number;
};

export type OpenApi = Readonly<Record<string, unknown>>;

export type OpenItemsList = {
  readonly rows: readonly OpenItemsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (receivedQuantity, invoicedQuantity, returnedQuantity, openQuantity, receivedValue, invoicedValue, returnedValue, openValue) over all rows, of each partner where there are several, and last of all; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly OpenItemsTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type OpenItemsRow = {
  readonly sku: string;
  /** Number of the receipt; of a return without a reference its own. */
  readonly receipt: string;
  readonly partner: string;
  /** On which it came, in `stock.zone`, or was invoiced where nothing came. */
  readonly day: string;
  /** Since then. */
  readonly days: string;
  /** What came. */
  readonly receivedQuantity: string;
  /** What of it is invoiced, or of what is still to come. */
  readonly invoicedQuantity: string;
  /** What went back before it was invoiced. */
  readonly returnedQuantity: string;
  /** What is still to be invoiced; below zero, what is invoiced and has not come. */
  readonly openQuantity: string;
  /** What came. In `currency`. */
  readonly receivedValue: string;
  /** What of it is invoiced, or of what is still to come. In `currency`. */
  readonly invoicedValue: string;
  /** What went back before it was invoiced. In `currency`. */
  readonly returnedValue: string;
  /** What is still to be invoiced; below zero, what is invoiced and has not come. In `currency`. */
  readonly openValue: string;
  readonly currency: string;
  /** Business time at which it came, or was invoiced where nothing came. */
  readonly since: string;
};

export type OpenItemsTotal = {
  readonly currency: string;
  readonly partner?: string;
  readonly receivedQuantity?: string;
  readonly invoicedQuantity?: string;
  readonly returnedQuantity?: string;
  readonly openQuantity?: string;
  readonly receivedValue?: string;
  readonly invoicedValue?: string;
  readonly returnedValue?: string;
  readonly openValue?: string;
};

/** Open lines of an order: what is to come or to go, for what can be promised by date. A line that comes again replaces what was known of it. */
export type OrderUpsertCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the order. */
  readonly document: string;
  /** Purchases and transfers are to come, sales to go. */
  readonly kind: "purchase" | "transfer" | "sale";
  /** Number of the supplier or customer. */
  readonly partner?: string;
  /** When it was so, in UTC, in place of `revision`: of each line what is older does not win over what is newer. What has come or left for it by then is taken to be no part of what is open; what comes or leaves later is taken off it. */
  readonly changedAt?: string;
  /** Number of this version of the order, from 1: of each line an older one does not win over a newer, whatever order they come in. */
  readonly revision?: string;
  /** Version that what it changes must still have. Reserved: a message that states it is parked, FIELD_RESERVED. */
  readonly expectedVersion?: string;
  /** The lines; those that are not named stay as they are. */
  readonly lines: readonly {
    /** Number of the line within its document. */
    readonly line: string;
    /** Stock keeping unit: the item that is ordered. */
    readonly sku: string;
    /** Place where it is to arrive or to leave. */
    readonly location: string;
    /** Still open, in `unit`; zero closes the line. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Day on which it is to arrive or to leave. */
    readonly due: string;
  }[];
};

export type OrdersList = {
  readonly rows: readonly OrdersRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type OrdersRow = {
  readonly sku: string;
  readonly due: string;
  readonly document: string;
  readonly line: string;
  /** purchase and transfer are to come, sale is to go. */
  readonly kind: string;
  readonly location: string;
  /** Still to come or to go. */
  readonly quantity: string;
};

export type ParkedGroupRow = {
  readonly flow: string;
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly count: string;
  readonly first: string;
  readonly last: string;
  /** When they came: 24 counts, each of one part of the time in which all groups did. */
  readonly trend: string;
};

export type ParkedGroups = {
  readonly rows: readonly ParkedGroupRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ParkedList = {
  readonly rows: readonly ParkedRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ParkedRecord = {
  readonly id: string;
  readonly flow: string;
  readonly intakeId: string;
  readonly name: string;
  readonly record: string;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly type: string;
  readonly source: string;
  readonly messageId: string;
  readonly settled: string;
  readonly parkedAt: string;
  readonly state: string;
  readonly assignee: string;
  readonly faults: readonly Problem[];
  /** What was refused, as JSON text. */
  readonly content: string;
  /** What was done about it, in the order of time, and by whom. */
  readonly log: readonly {
    readonly at: string;
    readonly by: string;
    readonly did: string;
    readonly to?: string;
    readonly reason?: string;
    readonly intakeId?: string;
    /** Fields as JSON text, before and after. */
    readonly changes?: readonly {
      readonly path: string;
      readonly from?: string;
      readonly to?: string;
    }[];
  }[];
  /** The same as it was corrected, where it was. */
  readonly corrected?: string;
};

export type ParkedRow = {
  readonly id: string;
  readonly flow: string;
  readonly intakeId: string;
  readonly name: string;
  readonly record: string;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly type: string;
  readonly source: string;
  readonly messageId: string;
  readonly settled: string;
  readonly parkedAt: string;
  readonly state: string;
  readonly assignee: string;
};

export type PayloadList = {
  readonly rows: readonly PayloadRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type PayloadRow = {
  readonly intakeId: string;
  readonly flow: string;
  readonly name: string;
  /** When all that came of it was durable. */
  readonly at: string;
  readonly state: "accepted" | "booking" | "done" | "missing";
  /** Its records. */
  readonly records: string;
  /** Messages made of them. */
  readonly messages: string;
  /** Of these, booked so far. */
  readonly booked: string;
  /** Of these, booked before with the same content. */
  readonly exists: string;
  /** Records and messages of it that were parked so far. */
  readonly parked: string;
  /** SHA-256 of its bytes as they came. */
  readonly digest: string;
};

/** The books are closed up to a day: documents dated on or before it are refused or booked on the next day, by policy. */
export type PeriodCloseCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** The last closed day. */
  readonly through: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
};

/** Closed books are opened again, which leaves a trace. */
export type PeriodReopenCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** The last day that stays closed. Left out, every day is open. */
  readonly through?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason: string;
};

export type PeriodsList = {
  readonly rows: readonly PeriodsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type PeriodsRow = {
  /** Of that moment, in `stock.zone`. */
  readonly day: string;
  readonly recordedAt: string;
  /** close or reopen. */
  readonly action: string;
  /** Last closed day; empty: no day is closed. */
  readonly through: string;
  readonly reason: string;
  /** What stood in the way and did not keep it from being closed. */
  readonly told: string;
  readonly source: string;
  readonly messageId: string;
  readonly actor: string;
};

export type Problem = {
  /** Leads to what the code means; see also docs/errors.md. */
  readonly type: string;
  /** What the code means. */
  readonly title: string;
  readonly status: number;
  /** What happened here. */
  readonly detail: string;
  /** Stable: never renamed, and never used for something else. */
  readonly code: string;
  /** What to do about it. */
  readonly todo: string;
  /** Where: file, line, column, record, field. */
  readonly at?: {
    readonly file?: string;
    readonly field?: string;
    readonly line?: number;
    readonly column?: number;
    /** Position of the record in its payload, from 1. */
    readonly record?: number;
  };
  /** The first of the faults that led to it. */
  readonly faults?: readonly Fault[];
  /** All that is wrong with the body. */
  readonly errors?: readonly {
    /** JSON pointer into the body. */
    readonly pointer: string;
    readonly message: string;
    readonly todo?: string;
  }[];
  /** Of a defect: what to look for in the log. */
  readonly instance?: string;
  /** Of a command that was refused as it was booked: its business key. */
  readonly id?: string;
  /** With `id` it is what the command is known by. */
  readonly source?: string;
  /** What became of it stands at /v1/messages/{intakeId}. */
  readonly intakeId?: string;
  /** Under which it is parked: /v1/parked/{parkedId}. */
  readonly parkedId?: string;
  /** Where a version was expected: what there is now. */
  readonly current?: Readonly<Record<string, unknown>>;
};

export type Reasoned = {
  /** Why. */
  readonly reason: string;
  /** Whoever does it, by his own word: it stands in the log behind the key or the user that calls. */
  readonly by?: string;
};

export type RecostsList = {
  readonly rows: readonly RecostsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type RecostsRow = {
  readonly sku: string;
  /** Of that time, in `stock.zone`. */
  readonly day: string;
  /** Business time from which on values are not final. */
  readonly from: string;
  /** Entry of the SKU from which on values are not final. */
  readonly seq: string;
  /** Movements re-costed so far. */
  readonly done: string;
  /** About how many there are. */
  readonly total: string;
  /** How much of it is done. */
  readonly progress: string;
};

export type Rehearsed = {
  /** The first of the messages that would come of it. */
  readonly messages: readonly {
    readonly type: string;
    readonly id: string;
    readonly data: unknown;
  }[];
  /** Messages that would be booked. */
  readonly booked: number;
  /** Those that were booked before. */
  readonly exists: number;
  /** Records that would be parked again. */
  readonly parked: number;
  readonly faults: readonly Fault[];
  /** What the corrections that were given change. */
  readonly changes: readonly {
    readonly path: string;
    readonly from?: string;
    readonly to?: string;
  }[];
  /** Balances that would be others; with stock:read. */
  readonly stock?: readonly {
    readonly sku: string;
    readonly location: string;
    readonly lot: string;
    readonly status: string;
    readonly owner: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** Values that would be others, in the currency of the books; with ledger:read. */
  readonly values?: readonly {
    readonly sku: string;
    readonly pool: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** What would be sent to whom; with both. */
  readonly outgoing?: readonly {
    /** Endpoint that would be sent something. */
    readonly to: string;
    readonly records: number;
    /** The beginning of what it would be sent, as text. */
    readonly text: string;
    /** There is more of it. */
    readonly isCut: boolean;
    /** What its steps or its format refuse. */
    readonly faults: readonly Fault[];
  }[];
};

export type RehearsedAll = {
  /** Those that it was done to. */
  readonly done: number;
  /** Those that refused it, for themselves. */
  readonly failed: number;
  /** Those that it did not come to: call again. */
  readonly left: number;
  /** The first of the messages that would come of it. */
  readonly messages: readonly {
    readonly type: string;
    readonly id: string;
    readonly data: unknown;
  }[];
  /** Messages that would be booked. */
  readonly booked: number;
  /** Those that were booked before. */
  readonly exists: number;
  /** Records that would be parked again. */
  readonly parked: number;
  readonly faults: readonly Fault[];
  /** Balances that would be others; with stock:read. */
  readonly stock?: readonly {
    readonly sku: string;
    readonly location: string;
    readonly lot: string;
    readonly status: string;
    readonly owner: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** Values that would be others, in the currency of the books; with ledger:read. */
  readonly values?: readonly {
    readonly sku: string;
    readonly pool: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** What would be sent to whom; with both. */
  readonly outgoing?: readonly {
    /** Endpoint that would be sent something. */
    readonly to: string;
    readonly records: number;
    /** The beginning of what it would be sent, as text. */
    readonly text: string;
    /** There is more of it. */
    readonly isCut: boolean;
    /** What its steps or its format refuse. */
    readonly faults: readonly Fault[];
  }[];
  readonly fault?: Problem;
};

export type Reloaded = {
  readonly flows: readonly {
    readonly flow: string;
    /** `added`, `changed`, `removed`, `unchanged`; `kept`: it has faults and runs on as it was; `left out`: it has faults and does not run. */
    readonly change: string;
    readonly faults: readonly string[];
  }[];
  /** Settings of config/hub.yaml that count from the next start on. */
  readonly needsRestart: readonly string[];
};

export type Reservation = {
  readonly id: string;
  /** Grows by one with every change. */
  readonly version: string;
  readonly state: string;
  readonly at: string;
  /** From then on it holds nothing; empty: never. */
  readonly expiresAt: string;
  readonly partner: string;
  readonly reference: string;
  readonly lines: readonly {
    readonly line: string;
    readonly sku: string;
    readonly location: string;
    readonly pool: string;
    readonly lot: string;
    readonly quantity: string;
    /** Issued of it so far. */
    readonly committed: string;
  }[];
  /** The message that made it, and the latest, with the code of each answer. */
  readonly log: readonly {
    readonly action: string;
    readonly result: string;
    readonly source: string;
    readonly messageId: string;
    readonly actor: string;
    readonly recordedAt: string;
    /** What was short, or the reason that the message gave. */
    readonly reason?: string;
  }[];
};

/** What was held is issued to the customer, wholly or in part; the rest is released, or kept. */
export type ReservationCommitCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Id of the reservation; the sender chooses it, once for ever. */
  readonly reservation?: string;
  /** Business date and time of the issue, in UTC. Left out, when the message is booked. */
  readonly at?: string;
  /** Number of the issue. Left out, the id of the reservation. */
  readonly document?: string;
  /** Number of the customer. Left out, that of the reservation. */
  readonly partner?: string;
  /** Number of the document that the issue follows. Left out, that of the reservation. */
  readonly reference?: string;
  /** What becomes of what is not issued: it is released, and the reservation is over; or it is held on (`keep`), for another shipment. Left out: `release`. */
  readonly rest?: "release" | "keep";
  /** Version that the reservation must still have as the message is decided. Where it has another, the message is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** What is issued; what is not named is released, or kept. Left out, everything is issued. */
  readonly lines?: readonly {
    /** Number of the line of the reservation. */
    readonly line: string;
    /** Quantity in `unit`, zero up to what the line holds. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Place that it is taken from. Left out, the place of the line; for a pool, any of its places that have it. */
    readonly location?: string;
    /** Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
  }[];
};

/** Stock is held for somebody, all lines or none, until it is issued, given back, or the time is over. */
export type ReservationCreateCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Id of the reservation; the sender chooses it, once for ever. */
  readonly reservation: string;
  /** Business date and time of the reservation, in UTC. */
  readonly at: string;
  /** From this moment on it holds nothing; of one that has passed the answer is `expired`. Left out, and without `timeoutSeconds`: never. */
  readonly expiresAt?: string;
  /** Seconds after its arrival from which on it holds nothing, in place of `expiresAt`; 0: never. */
  readonly timeoutSeconds?: string;
  /** Number of whom it is held for. */
  readonly partner?: string;
  /** Number of the document that this one follows. */
  readonly reference?: string;
  /** What is held; each line at a place or in a pool. */
  readonly lines: readonly {
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is held. */
    readonly sku: string;
    /** Place where it is held; either this or `pool`. */
    readonly location?: string;
    /** Pool of places in any of which it is held; either this or `location`. */
    readonly pool?: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number; only with `location`. Left out: any. */
    readonly lot?: string;
  }[];
};

/** What is held becomes more, less or something else, or is held for another time; all of it or nothing. */
export type ReservationUpdateCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Id of the reservation; the sender chooses it, once for ever. */
  readonly reservation?: string;
  /** When that was decided; it is recorded. */
  readonly at?: string;
  /** From this moment on it holds nothing; of one that has passed the answer is `expired`. Left out, and without `timeoutSeconds`: as before. */
  readonly expiresAt?: string;
  /** Seconds after the arrival of this message from which on it holds nothing, in place of `expiresAt`; 0: never. */
  readonly timeoutSeconds?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Version that the reservation must still have as the message is decided. Where it has another, the message is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** Lines that change, and new ones; what is not named is held as before. */
  readonly lines?: readonly {
    /** Number of the line of the reservation; one that it does not have is new. */
    readonly line: string;
    /** Quantity in `unit` that it reserves from now on, what was issued of it included. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Stock keeping unit. Left out, that of the line; of a new line required. */
    readonly sku?: string;
    /** Place where it is held. Left out, that of the line; of a new line either this or `pool`. */
    readonly location?: string;
    /** Pool of places in any of which it is held. Left out, that of the line; of a new line either this or `location`. */
    readonly pool?: string;
    /** Lot or batch number; for items tracked by serial number, that number; only with `location`. Left out, that of the line; of a new line: any. */
    readonly lot?: string;
  }[];
};

/** What was held is given back; nothing is issued. */
export type ReservationVoidCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Id of the reservation; the sender chooses it, once for ever. */
  readonly reservation?: string;
  /** When that was decided; it is recorded. */
  readonly at?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Version that the reservation must still have as the message is decided. Where it has another, the message is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
};

export type ReservationsList = {
  readonly rows: readonly ReservationsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ReservationsRow = {
  readonly id: string;
  readonly state: string;
  readonly sku: string;
  readonly line: string;
  /** Empty where it is held in a pool of places. */
  readonly location: string;
  /** Empty where it is held at one place. */
  readonly pool: string;
  readonly lot: string;
  /** What was asked. */
  readonly quantity: string;
  /** Of it, so far. */
  readonly committed: string;
  /** What is left of it, while it is pending. */
  readonly held: string;
  /** From then on it holds nothing; empty: never. */
  readonly expiresAt: string;
  /** Day on which it expires, in `stock.zone`. */
  readonly expiresDay: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  readonly partner: string;
  readonly reference: string;
  /** Grows by one with every change. */
  readonly version: string;
  /** Of one that failed: what was short. */
  readonly reason: string;
};

export type RollForwardList = {
  readonly rows: readonly RollForwardRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (openingQuantity, openedQuantity, receivedQuantity, returnedToSupplierQuantity, issuedQuantity, returnedByCustomerQuantity, producedQuantity, consumedQuantity, transferredQuantity, adjustedQuantity, closingQuantity, openingValue, openedValue, receivedValue, returnedToSupplierValue, issuedValue, returnedByCustomerValue, producedValue, consumedValue, transferredValue, adjustedValue, landedValue, invoicedValue, revaluedValue, correctedValue, closingValue) over all rows, of each pool where there are several, and last of all; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly RollForwardTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type RollForwardRow = {
  readonly sku: string;
  /** Only by pool. */
  readonly pool: string;
  /** Quantity of our own stock before the period. */
  readonly openingQuantity: string;
  /** Its value, in `currency`; as `valuation` has it. */
  readonly openingValue: string;
  /** Opening balances of these books. */
  readonly openedQuantity: string;
  /** Opening balances of these books. Signed. */
  readonly openedValue: string;
  /** From suppliers. */
  readonly receivedQuantity: string;
  /** From suppliers. Signed. */
  readonly receivedValue: string;
  /** Returned to suppliers. */
  readonly returnedToSupplierQuantity: string;
  /** Returned to suppliers. Signed. */
  readonly returnedToSupplierValue: string;
  /** To customers. */
  readonly issuedQuantity: string;
  /** To customers. Signed. */
  readonly issuedValue: string;
  /** Returned by customers. */
  readonly returnedByCustomerQuantity: string;
  /** Returned by customers. Signed. */
  readonly returnedByCustomerValue: string;
  /** Came out of production. */
  readonly producedQuantity: string;
  /** Came out of production. Signed. */
  readonly producedValue: string;
  /** Went into production. */
  readonly consumedQuantity: string;
  /** Went into production. Signed. */
  readonly consumedValue: string;
  /** Between cost pools; of a SKU always 0. */
  readonly transferredQuantity: string;
  /** Between cost pools; of a SKU always 0. Signed. */
  readonly transferredValue: string;
  /** Gain, shrinkage and scrap, by counts too. */
  readonly adjustedQuantity: string;
  /** Gain, shrinkage and scrap, by counts too. Signed. */
  readonly adjustedValue: string;
  /** Costs that came after the goods. Signed. */
  readonly landedValue: string;
  /** What invoices said more of goods that were there. Signed. */
  readonly invoicedValue: string;
  /** Stated anew, or by a change of method. Signed. */
  readonly revaluedValue: string;
  /** Re-costs, true-ups and variances: what movements turned out to cost, at their dates. Signed. */
  readonly correctedValue: string;
  /** Quantity of our own stock at the end of the period. */
  readonly closingQuantity: string;
  /** Its value, in `currency`; as `valuation` has it. */
  readonly closingValue: string;
  readonly currency: string;
};

export type RollForwardTotal = {
  readonly currency: string;
  readonly pool?: string;
  readonly openingQuantity?: string;
  readonly openedQuantity?: string;
  readonly receivedQuantity?: string;
  readonly returnedToSupplierQuantity?: string;
  readonly issuedQuantity?: string;
  readonly returnedByCustomerQuantity?: string;
  readonly producedQuantity?: string;
  readonly consumedQuantity?: string;
  readonly transferredQuantity?: string;
  readonly adjustedQuantity?: string;
  readonly closingQuantity?: string;
  readonly openingValue?: string;
  readonly openedValue?: string;
  readonly receivedValue?: string;
  readonly returnedToSupplierValue?: string;
  readonly issuedValue?: string;
  readonly returnedByCustomerValue?: string;
  readonly producedValue?: string;
  readonly consumedValue?: string;
  readonly transferredValue?: string;
  readonly adjustedValue?: string;
  readonly landedValue?: string;
  readonly invoicedValue?: string;
  readonly revaluedValue?: string;
  readonly correctedValue?: string;
  readonly closingValue?: string;
};

export type RunList = {
  readonly rows: readonly RunRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type RunRow = {
  readonly flow: string;
  readonly due: string;
  readonly state: string;
  readonly sha256: string;
  readonly bytes: string;
  readonly writtenAt: string;
  readonly attempts: string;
  readonly code: string;
  readonly message: string;
};

export type Said = {
  /** Whoever does it, by his own word: it stands in the log behind the key or the user that calls. */
  readonly by?: string;
  /** Why. */
  readonly reason?: string;
};

export type SearchHit = {
  readonly kind: "document" | "sku" | "lot" | "location" | "reference" | "order" | "reservation" | "partner" | "file" | "payload" | "message" | "parked" | "dead" | "flow";
  /** Its number, code, name or id. */
  readonly key: string;
  readonly match: "exact" | "prefix";
  /** What else it is told by: name of an item, partner of a document, flow of a file. May be empty. */
  readonly label: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Where it is read. */
  readonly href: string;
  /** Where it is told what became of it. */
  readonly history?: string;
};

export type SearchHits = {
  /** What was looked for. */
  readonly q: string;
  /** Of each kind of which there is one, what is named exactly so first. */
  readonly groups: readonly ({
    readonly kind: "document" | "sku" | "lot" | "location" | "reference" | "order" | "reservation" | "partner" | "file" | "payload" | "message" | "parked" | "dead" | "flow";
    readonly hits: readonly SearchHit[];
    /** There are others that begin so. */
    readonly more: boolean;
  })[];
};

export type Session = {
  /** As the ledger names the caller; `nobody`: not known. */
  readonly actor: string;
  /** What he may, with what that implies. */
  readonly scopes: readonly ("stock:read" | "stock:write" | "ledger:read" | "flows:read" | "parked:read" | "parked:correct" | "parked:replay" | "audit:read" | "schema" | "admin")[];
  /** How people sign in: POST /v1/session, GET /v1/session/oidc, or not at all. */
  readonly signIn: "password" | "provider" | "none";
  /** To be sent as X-CSRF-Token with whatever changes something. */
  readonly csrf?: string;
  readonly rows?: {
    readonly locations?: readonly string[];
    readonly itemGroups?: readonly string[];
  };
};

export type SignIn = {
  readonly name: string;
  readonly password: string;
};

export type SinkRate = {
  /** Records that it took. */
  readonly delivered: number;
  /** Calls that failed. */
  readonly failed: number;
};

export type SkuStock = {
  readonly sku: string;
  /** Number of its latest entry. */
  readonly version: string;
  readonly rows: readonly StockRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** The item, where one was sent. */
  readonly item?: Readonly<Record<string, unknown>>;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type SlowMoversList = {
  readonly rows: readonly SlowMoversRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (quantity, value) over all rows; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly SlowMoversTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type SlowMoversRow = {
  readonly sku: string;
  /** Our own stock. */
  readonly quantity: string;
  /** Its value, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** Since the last issue; where there was none, since it first came. */
  readonly idleDays: string;
  /** In `stock.zone`; empty where there was none. */
  readonly lastIssueDay: string;
  /** In `stock.zone`. */
  readonly firstReceiptDay: string;
  /** Business time of the last issue. */
  readonly lastIssue: string;
  /** Business time at which it first came. */
  readonly firstReceipt: string;
};

export type SlowMoversTotal = {
  readonly currency: string;
  readonly quantity?: string;
  readonly value?: string;
};

export type StageList = {
  readonly rows: readonly StageRow[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type StageRow = {
  readonly stage: string;
  /** Records that wait in it. */
  readonly records: string;
  /** Since when the first of them. */
  readonly since: string;
  /** For how long that is. */
  readonly seconds: string;
  /** Batches that have left it and not gone on. */
  readonly left: string;
};

export type StatementList = {
  readonly rows: readonly StatementRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type StatementRow = {
  readonly sku: string;
  /** Whose stock it is, where it is not ours; each has its own balance. */
  readonly owner: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  readonly at: string;
  readonly document: string;
  readonly line: string;
  /** `opening` stands for all that was before the period. */
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly lot: string;
  /** What was moved; never negative. */
  readonly quantity: string;
  /** Of what lies in our places. */
  readonly change: string;
  /** Change of the value of the stock, in `currency`. */
  readonly value: string;
  /** After this line. */
  readonly onHand: string;
  /** After this line, in `currency`. */
  readonly stockValue: string;
  readonly currency: string;
  readonly partner: string;
  readonly reference: string;
  readonly reason: string;
  /** Number of the entry within its SKU. */
  readonly seq: string;
  /** Entry of the same SKU whose quantity or value it changes. */
  readonly corrects: string;
  /** When it was learnt. */
  readonly recordedAt: string;
};

export type Status = {
  /** When it was asked. */
  readonly at: string;
  /** Nothing fails, and nothing waits for a person. */
  readonly well: boolean;
  /** By part: `ok`, or what is wrong with it. */
  readonly checks: Readonly<Record<string, string>>;
  /** What is not well, worst first. */
  readonly troubles: readonly Trouble[];
  /** Messages by queue; null where that cannot be known. */
  readonly queues: readonly ({
    readonly queue: string;
    readonly ready: number;
    readonly waiting: number | null;
    readonly oldestSeconds: number | null;
  })[] | null;
  /** Dead letters; null where that cannot be known. */
  readonly dead: number | null;
  /** Parked records by flow; null where that cannot be known. */
  readonly parked: readonly {
    readonly flow: string;
    readonly records: number;
    readonly since: string;
  }[] | null;
  /** What is booked and not told yet; null where that cannot be known. */
  readonly outbox: number | null;
  /** What waits in flows; null where that cannot be known. */
  readonly stages: readonly ({
    readonly stage: string;
    readonly records: number;
    readonly left: number;
    readonly oldestSeconds: number | null;
  })[] | null;
  /** Subscribers that do not take what is sent; null where that cannot be known. */
  readonly endpoints: readonly {
    readonly endpoint: string;
    readonly state: string;
    readonly since: string;
  }[] | null;
  /** Flows that do nothing until a person resumes them; null where that cannot be known. */
  readonly paused: readonly {
    readonly flow: string;
    readonly since: string;
    readonly by: string;
    readonly reason: string;
  }[] | null;
  /** Flows that are in no file any more, and of which something is left; null where that cannot be known. */
  readonly gone: readonly {
    readonly flow: string;
    readonly deployment: string;
    readonly since: string;
  }[] | null;
  /** Runs of batches that never came out of the broker; null where that cannot be known. */
  readonly gaps: number | null;
  /** Age of the oldest batch that is accepted and not booked; null where that cannot be known. */
  readonly unappliedSeconds: number | null;
};

/** A correction of what the books say: found (positive) or lost (negative). */
export type StockAdjustCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** Number of the document that this one follows: the purchase order, the original issue of a return. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Difference in `unit`: above zero was found, below zero is lost. Never zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Where what is lost goes: `scrap` is an account of its own. Left out, it is an adjustment. */
    readonly to?: "scrap";
    /** Lot or batch number; for items tracked by serial number, that number. Left out where stock leaves that is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
    /** Last day on which the lot may be used. */
    readonly expiresOn?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** Cost of one `unit` of what was found. Left out, the current cost of the stock. */
    readonly unitCost?: string;
    /** Cost of all that was found, in `currency`, in place of `unitCost`. No finer than its currency is counted; not on what is lost. */
    readonly amount?: string;
    /** Why this line, where it differs from the document’s reason. */
    readonly reason?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** A document is taken back: balances, values and later costs become what they were without it. */
export type StockCancelCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document that is cancelled. */
  readonly document: string;
  /** When that was decided. It is recorded; the cancellation holds from the date of the document on. */
  readonly at?: string;
  /** Source of the message that booked the document; needed where several sources use the number. */
  readonly origin?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Which revision of the document is cancelled, from 1. Left out, the one that stands; needed where the same message id has cancelled one before. */
  readonly revision?: string;
};

/** Somebody counted: this is what lies there. The difference is booked. */
export type StockCountCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** Number of the document that this one follows: the purchase order, the original issue of a return. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity that was counted, in `unit`; zero or more. Lines of the same stock (item, place, lot, status, owner) add up. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. */
    readonly lot?: string;
    /** Last day on which the lot may be used. */
    readonly expiresOn?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** Cost of one `unit`: of all that was counted where the place is a cost pool of its own, else of what is found more. The same in all lines of the same stock. Left out, what was found comes at the current cost of the stock. */
    readonly unitCost?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** What a supplier invoices for goods that receipts brought, or will bring. It clears goods received not invoiced by what the receipts said; what it says more or less goes to the goods, wherever they are. */
export type StockInvoiceCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the invoice or credit note in the system that sent it. */
  readonly document: string;
  /** Business date and time from which it counts, in UTC: what is still in stock then bears the difference of price, what is gone passes it on. */
  readonly at: string;
  /** Number of the supplier. */
  readonly partner?: string;
  /** ISO 4217 code of the amounts. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly {
    /** Number of the line within its document. */
    readonly line?: string;
    /** Number of the receipt whose goods are invoiced. It may still be to come. */
    readonly receipt: string;
    /** Number of the line of the receipt. Left out, all of its lines of the item, one after the other. */
    readonly receiptLine?: string;
    /** Stock keeping unit: the item that is invoiced. */
    readonly sku: string;
    /** Quantity in `unit` that is invoiced; below zero of a credit note for goods, zero where only the price changes. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Price of one `unit`, in `currency`. A line has this or `amount`. */
    readonly unitCost?: string;
    /** What is invoiced for the whole line, in `currency`, below zero for a credit. A line has this or `unitCost`. */
    readonly amount?: string;
  }[];
};

/** Goods leave for a customer: location → customer. The cost comes from the stock. */
export type StockIssueCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Number of the supplier or customer. */
  readonly partner?: string;
  /** ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Number of the document that this one follows: the purchase order, the original issue of a return. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** Why this line, where it differs from the document’s reason. */
    readonly reason?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** What receipts cost beside the goods: freight, customs, insurance. It is added to the cost of what they received; the share of what was already sold becomes cost of sales. */
export type StockLandedCostCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time from which the cost counts, in UTC. */
  readonly at: string;
  /** Number of whoever charges it: the forwarder, customs. */
  readonly partner?: string;
  /** Number of the document that this one follows. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** ISO 4217 code of the amounts. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** What is split over the lines; below zero for a credit. No finer than its currency is counted. Left out where each line has its own. */
  readonly amount?: string;
  /** By what `amount` is split over the lines of the receipts. Left out: value. */
  readonly split?: "quantity" | "value" | "weight" | "equally";
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** The receipts, or lines of them, that bear the cost; booked all or none. */
  readonly lines: readonly {
    /** Number of the document that received the goods. */
    readonly receipt: string;
    /** Item of the receipt that bears it. Left out, all of its items. */
    readonly sku?: string;
    /** Number of the line of the receipt that bears it. Left out, all of its lines. */
    readonly line?: string;
    /** What this line bears; below zero for a credit. No finer than its currency is counted. Then the document has no `amount`. */
    readonly amount?: string;
  }[];
};

export type StockList = {
  readonly rows: readonly StockRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

/** Items are valued by another method from then on. Out of layers into one cost for all, stock is revalued at the cost of what came last; else it keeps its value, but for a standard cost. */
export type StockMethodCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time from which the method holds, in UTC. */
  readonly at: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item. */
    readonly sku: string;
    /** How its stock is valued from then on. */
    readonly valuation: "fifo" | "lifo" | "average" | "standard" | "lot";
    /** Cost of one base unit, where the method is `standard`. Left out, what the stock costs then. */
    readonly standardCost?: string;
  })[];
};

/** What was there when these books began: quantity and value against the opening balance account, once for each SKU and place. Neither a purchase nor a find. */
export type StockOpeningCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time from which it counts, in UTC: before all that happened since. */
  readonly at: string;
  /** ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. */
    readonly lot?: string;
    /** Last day on which the lot may be used. */
    readonly expiresOn?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Cost of one `unit`, in `currency`. A line has this or `amount`. */
    readonly unitCost?: string;
    /** Value of the whole line, in `currency`. A line has this or `unitCost`. */
    readonly amount?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** Components go in and products come out, with the cost of the components and what else it cost: production, kits, repacking. */
export type StockProduceCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Number of the document that this one follows. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** ISO 4217 code of `additionalCost`. Left out, it is in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** What it cost beside the components: labour, machine, service. No finer than its currency is counted. */
  readonly additionalCost?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** What is consumed, in the same document. */
  readonly components: readonly ({
    /** Stock keeping unit: the item that is consumed. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
  })[];
  /** What is produced, booked with the components all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is produced. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. */
    readonly lot?: string;
    /** Last day on which the lot may be used. */
    readonly expiresOn?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Weight of the line when the cost is split over several products: in all of them, at least one above 0, or in none. Left out, it is split by quantity. */
    readonly share?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** Goods arrive from a supplier: supplier → location. */
export type StockReceiveCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Number of the supplier or customer. */
  readonly partner?: string;
  /** ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** Number of the document that this one follows: the purchase order, the original issue of a return. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. */
    readonly lot?: string;
    /** Last day on which the lot may be used. */
    readonly expiresOn?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** Cost of one `unit`, in `currency`. */
    readonly unitCost?: string;
    /** Cost of the whole line, in `currency`, in place of `unitCost`: for what has no exact cost of one. No finer than its currency is counted. */
    readonly amount?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** Goods come back from a customer, or go back to a supplier. */
export type StockReturnCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Number of the supplier or customer. */
  readonly partner?: string;
  /** ISO 4217 code of the costs in the lines. Left out, they are in the currency of the valuation. */
  readonly currency?: string;
  /** Units of the valuation currency for one of `currency`, above zero. Left out, the rate of the day in the rate table of the config. */
  readonly rate?: string;
  /** Number of the document that this one follows: the original issue or receipt, at whose cost the goods come back or leave. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Who returns or takes back: `customer` (goods come in) or `supplier` (goods go out). It decides the sign, so it has no default. */
  readonly party: "customer" | "supplier";
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. Left out where stock leaves that is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
    /** Last day on which the lot may be used. */
    readonly expiresOn?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** Cost of one `unit` at which goods from a customer come back; for goods that go to a supplier, what came in at this cost leaves first. Left out, the cost of the document in `reference`, or the current cost of the stock. */
    readonly unitCost?: string;
    /** Cost of the whole line, in `currency`, in place of `unitCost`, where goods come back from a customer. No finer than its currency is counted. */
    readonly amount?: string;
    /** Line of the document in `reference` that comes back: only what that line moved counts. Left out, all of its lines of this SKU, and of the lot where one is named. */
    readonly referenceLine?: string;
    /** Why this line, where it differs from the document’s reason. */
    readonly reason?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** Stock is given another value, without a movement. */
export type StockRevalueCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** True: below its cost, or up again as far as it was written down, and on an account of its own. Each line then has an `amount`. */
  readonly writeDown?: boolean;
  /** The lines, booked all or none; each with either `amount` or `unitCost`. */
  readonly lines: readonly {
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is revalued. */
    readonly sku: string;
    /** A place of the cost pool that is revalued. Left out, every pool of the item is. */
    readonly location?: string;
    /** Lot or serial number that is revalued, of an item whose lots are valued by themselves. Left out, all of the pool is. */
    readonly lot?: string;
    /** Difference of the value, in the currency of the valuation; not zero. */
    readonly amount?: string;
    /** New cost of one base unit; where the item is valued at standard cost, its new standard. */
    readonly unitCost?: string;
  }[];
};

export type StockRow = {
  readonly sku: string;
  readonly location: string;
  readonly lot: string;
  readonly status: string;
  /** Whose it is, where it is not ours. */
  readonly owner: string;
  /** Last day of the lot. */
  readonly expiresOn: string;
  /** What lies there, in the base unit. */
  readonly onHand: string;
  /** Part of it that is reserved; 0 as of a past date. */
  readonly reserved: string;
  /** What can be promised: on hand less reserved; 0 unless it is ours, its status is available and its lot has not expired. */
  readonly available: string;
  /** Of two states of a balance, the higher is the newer. */
  readonly version: string;
  /** `yes` where the last day of its lot is over, which a table says as its status; as of a past date no last day is known. */
  readonly expired: string;
};

/** Stock changes its state where it lies: put into quarantine, released, found damaged. */
export type StockStatusCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Number of the document that this one follows. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place where the stock lies. A place that is new is made. */
    readonly location: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** State that the stock had. Left out: available. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** State that the stock gets; another than `status`. */
    readonly toStatus: "available" | "quarantine" | "damaged";
    /** Why this line, where it differs from the document’s reason. */
    readonly reason?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** Goods move between two of our places; value and cost layers move with them. In two steps they are shipped to `transit` and arrive from `transit`. */
export type StockTransferCommand = {
  /** The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict. */
  readonly id: string;
  /** Number of the document in the system that sent it. */
  readonly document: string;
  /** Business date and time of the movement, in UTC. Decides the order of valuation. */
  readonly at: string;
  /** Number of the document that this one follows; for goods that arrive from `transit`, the document that shipped them. */
  readonly reference?: string;
  /** Why, by code or in words, for whoever audits it. */
  readonly reason?: string;
  /** Number of this version of the document, from 1. The next is booked once the one before it is cancelled, under the same message id. Left out, other content than what was cancelled is the next. */
  readonly revision?: string;
  /** Version that the item of the lines must still have as the document is decided: `version` of the SKU, where all lines are of one. Where it has another, the document is refused, VERSION_MISMATCH. */
  readonly expectedVersion?: string;
  /** The lines, booked all or none. */
  readonly lines: readonly ({
    /** Number of the line within its document. */
    readonly line?: string;
    /** Stock keeping unit: the item that is moved. */
    readonly sku: string;
    /** Place that the goods leave; `transit` where they arrive from under way. */
    readonly from: string;
    /** Place that the goods reach; `transit` where they go under way, `scrap` where they are thrown away. */
    readonly to: string;
    /** Quantity in `unit`, greater than zero. */
    readonly quantity: string;
    /** Unit of the quantity. Left out, it is the item’s base unit. */
    readonly unit?: string;
    /** Lot or batch number; for items tracked by serial number, that number. Left out where the item is tracked by lot, the item’s rule picks: the lot that expires first, or that came first. */
    readonly lot?: string;
    /** State of the stock; only `available` can be promised. */
    readonly status?: "available" | "quarantine" | "damaged";
    /** Whose the stock is, where it is not ours: it is counted and valued at zero. */
    readonly owner?: string;
    /** Version that the item must still have as the document is decided: `version` of the SKU. Where it has another, the document is refused, VERSION_MISMATCH. */
    readonly expectedVersion?: string;
  })[];
};

/** Further fields say what happened, by its kind. */
export type StoryLine = {
  /** Tells the line from all others of the story, and is the same whenever that is told. */
  readonly lineId: string;
  /** When; of what waits, since when. */
  readonly at: string;
  /** What happened. */
  readonly what: "came" | "snapshot" | "parked" | "handled" | "waits" | "ordered" | "booked" | "answered" | "applied" | "published" | "failed" | "dead" | "delivered";
  /** The same in words. */
  readonly text: string;
  /** Who did it: `flow:NAME`, `cli:USER`, `job:NAME`, …; empty where nobody is known to have. */
  readonly actor: string;
  /** Addresses of what it is about: payload, document, sku, parked, dead, reservation, order, endpoint. */
  readonly links: Readonly<Record<string, string>>;
  /** Of `waits`: for what. */
  readonly for?: "booking" | "relay" | "stage" | "subscriber" | "person";
  /** Of `waits`: when that is looked at next, where somebody does by himself. */
  readonly dueAt?: string;
  /** What it came in by, where that is known. */
  readonly origin?: {
    /** Its flow. */
    readonly flow: string;
    /** Name of the file, or path of the request. */
    readonly file: string;
    /** Id of the payload. */
    readonly intakeId: string;
    /** First record of it that it was made of, from 1, where that is known. */
    readonly record?: number;
  };
} & Readonly<Record<string, unknown>>;

export type TraceList = {
  readonly rows: readonly TraceRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type TraceRow = {
  /** `lot`: what was asked for; `back`: what went into it; `forward`: what was made of it. */
  readonly way: string;
  /** How many productions lie between. */
  readonly level: string;
  readonly sku: string;
  /** Empty: it is not kept by lot, and is followed no further. */
  readonly lot: string;
  /** Kind of the entry, or `stock`: what lies at the location; below zero, what is short there. */
  readonly kind: string;
  readonly document: string;
  /** Supplier or customer. */
  readonly partner: string;
  readonly location: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  /** What came in; below zero, what went out. */
  readonly quantity: string;
  /** Of what lies there, where it cannot be sold. */
  readonly status: string;
  /** Whose it is, where it is not ours. */
  readonly owner: string;
  /** Entry of the SKU. */
  readonly seq: string;
};

export type TrialList = {
  readonly rows: readonly TrialRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (opening, debit, credit, balance, closing) over all rows. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly TrialTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type TrialRow = {
  readonly account: string;
  /** Only by group. */
  readonly group: string;
  /** Only by reason; of corrections, that of what they correct. */
  readonly reason: string;
  /** Only by partner; of corrections, that of what they correct; of a cost that comes late, who sent that. */
  readonly partner: string;
  /** Balance before the period; only of one. */
  readonly opening: string;
  /** Sum of all debits. */
  readonly debit: string;
  /** Sum of all credits. */
  readonly credit: string;
  /** Debit less credit: of a period, what moved in it. */
  readonly balance: string;
  /** Balance at the end of the period; only of one. */
  readonly closing: string;
  readonly currency: string;
};

export type TrialTotal = {
  readonly currency: string;
  readonly opening?: string;
  readonly debit?: string;
  readonly credit?: string;
  readonly balance?: string;
  readonly closing?: string;
};

export type Trouble = {
  /** `down`: no work is done. `waits`: for a person. */
  readonly kind: "down" | "waits";
  /** Never renamed. */
  readonly what: "check" | "dead" | "parked" | "unapplied" | "outbox" | "gap" | "endpoint" | "paused" | "gone";
  readonly message: string;
  /** Where more is said of it. */
  readonly see: string;
  /** Where programs read more. */
  readonly href: string;
  /** The flow, the endpoint or the part that it is about. */
  readonly of?: string;
  /** Since when, where that is known. */
  readonly since?: string;
  /** How many records, messages or runs it is about. */
  readonly count?: number;
  /** What a person may do about it by one call. */
  readonly action?: {
    readonly does: "resume" | "probe";
    /** Where it is posted. */
    readonly href: string;
  };
};

export type UncostedList = {
  readonly rows: readonly UncostedRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type UncostedRow = {
  readonly sku: string;
  readonly pool: string;
  /** That took it. */
  readonly document: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  /** So much of it has not come. */
  readonly quantity: string;
};

export type UnmatchedReturnsList = {
  readonly rows: readonly UnmatchedReturnsRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (quantity, open, value) over all rows, of each why where there are several, and last of all; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly UnmatchedReturnsTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type UnmatchedReturnsRow = {
  readonly sku: string;
  /** Entry of the SKU. */
  readonly seq: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  readonly document: string;
  readonly line: string;
  /** `customer`: it came back; `supplier`: it went back. */
  readonly party: string;
  readonly partner: string;
  readonly lot: string;
  readonly location: string;
  /** The document that it is said to follow. */
  readonly reference: string;
  readonly referenceLine: string;
  /** `unknown`: the SKU has no such document; `later`: that is dated after the return; `more`: it moved less of it, on that line and of that lot. */
  readonly why: string;
  /** What came or went back. */
  readonly quantity: string;
  /** So much of it follows no document. */
  readonly open: string;
  /** What one was booked at. */
  readonly unitCost: string;
  /** What all of it was booked at, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** When it was learnt. */
  readonly recordedAt: string;
};

export type UnmatchedReturnsTotal = {
  readonly currency: string;
  readonly why?: string;
  readonly quantity?: string;
  readonly open?: string;
  readonly value?: string;
};

export type UnpricedList = {
  readonly rows: readonly UnpricedRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (quantity, open, value) over all rows; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly UnpricedTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type UnpricedRow = {
  readonly sku: string;
  /** Entry of the SKU. */
  readonly seq: string;
  /** Of the business time, in `stock.zone`. */
  readonly day: string;
  /** Business time. */
  readonly at: string;
  readonly document: string;
  readonly line: string;
  readonly partner: string;
  readonly lot: string;
  readonly location: string;
  /** What came. */
  readonly quantity: string;
  /** So much of it is not invoiced yet. */
  readonly open: string;
  /** What one was guessed to cost; zero where nobody knew anything. */
  readonly unitCost: string;
  /** What all of it is worth by that guess, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** When it was learnt. */
  readonly recordedAt: string;
};

export type UnpricedTotal = {
  readonly currency: string;
  readonly quantity?: string;
  readonly open?: string;
  readonly value?: string;
};

export type ValuationList = {
  readonly rows: readonly ValuationRow[];
  /** Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At. */
  readonly knownAt?: string;
  /** Sums (quantity, value) over all rows, of each pool where there are several, and last of all; quantities only of one SKU. Only in an answer that has all rows, and not in CSV and XML, whose rows are rows. */
  readonly totals?: readonly ValuationTotal[];
  /** Pass it as `after` for the next page; not there on the last one. */
  readonly next?: string;
};

export type ValuationRow = {
  readonly sku: string;
  readonly pool: string;
  /** Only by place: a place has its share of the pool by quantity. */
  readonly location: string;
  /** Our own stock; others’ is worth nothing to us. */
  readonly quantity: string;
  /** Its value, in `currency`. */
  readonly value: string;
  readonly currency: string;
  /** Value of one unit, rounded half away from zero. */
  readonly unitCost: string;
  /** How the pool is valued. */
  readonly method: string;
};

export type ValuationTotal = {
  readonly currency: string;
  readonly pool?: string;
  readonly quantity?: string;
  readonly value?: string;
};

export type WholeDocument = {
  /** Its number. */
  readonly document: string;
  /** A row for each SKU that it moved. */
  readonly skus: readonly DocumentsRow[];
  readonly entries: readonly LedgerRow[];
  /** Documents that refer to it. */
  readonly referring: readonly DocumentsRow[];
  readonly story: History;
};

export type Worked = {
  /** Those that it was done to. */
  readonly done: number;
  /** Those that refused it, for themselves. */
  readonly failed: number;
  /** Those that it did not come to: call again. */
  readonly left: number;
  readonly fault?: Problem;
};

/** Stable code of a refusal. */
export type ErrorCode =
  | 'CONFIG_UNREADABLE'
  | 'CONFIG_BAD_ENCODING'
  | 'CONFIG_FILE_NAME'
  | 'CONFIG_FILE_PASSED_OVER'
  | 'CONFIG_SAME_ACCOUNT'
  | 'CONFIG_SYNTAX'
  | 'CONFIG_UNKNOWN_FIELD'
  | 'CONFIG_MISSING_FIELD'
  | 'CONFIG_WRONG_TYPE'
  | 'CONFIG_BAD_VALUE'
  | 'CONFIG_MISSING_VARIABLE'
  | 'CONFIG_UNSAFE_LISTEN'
  | 'TLS_UNUSABLE'
  | 'CONFIG_WEAK_TOKEN'
  | 'FLOW_UNKNOWN_FIELD'
  | 'FLOW_MISSING_FIELD'
  | 'FLOW_UNKNOWN_STEP'
  | 'FLOW_UNKNOWN_CONNECTOR'
  | 'FLOW_UNKNOWN_CODEC'
  | 'FLOW_UNKNOWN_MESSAGE'
  | 'FLOW_UNKNOWN_TABLE'
  | 'FLOW_UNKNOWN_FLOW'
  | 'FLOW_UNKNOWN_FUNCTION'
  | 'FLOW_BAD_EXPRESSION'
  | 'FLOW_CONSTANT_OR_FIELD'
  | 'FLOW_LINE_FIELD_BESIDE_LINES'
  | 'FLOW_NO_DIRECTION'
  | 'FLOW_MISSING_KEY'
  | 'FLOW_BAD_KEY'
  | 'FLOW_KEY_PARTS_TOUCH'
  | 'FLOW_UNUSED_NAME'
  | 'FLOW_NUMBER_AS_WRITTEN'
  | 'FLOW_CHANGES_ON_REPLAY'
  | 'FLOW_CLOCK_IN_DOCUMENT'
  | 'FLOW_BOOKS_IN_DOCUMENT'
  | 'FLOW_HEADER_HIDDEN'
  | 'FLOW_DUPLICATE_NAME'
  | 'FLOW_SAMPLE_PARKED'
  | 'FLOW_KEY_NOT_UNIQUE'
  | 'FLOW_UNREACHED'
  | 'FLOW_SOURCE_GONE'
  | 'STAGE_NAME_TAKEN'
  | 'STAGE_GONE'
  | 'FLOW_PATTERN_OVERLAPS'
  | 'FLOW_UNKNOWN'
  | 'RELOAD_REFUSED'
  | 'HUB_SILENT'
  | 'FLOW_LEFT_OUT'
  | 'FLOW_GONE'
  | 'FLOW_NOT_GONE'
  | 'FLOW_NOT_EMPTY'
  | 'DEPLOYMENT_CHANGED'
  | 'FLOW_PAUSED'
  | 'FLOW_NOT_PAUSABLE'
  | 'FLOW_NOT_INBOUND'
  | 'TABLE_BAD'
  | 'PAYLOAD_GREW'
  | 'PAYLOAD_HELD'
  | 'TEXT_BAD_ENCODING'
  | 'TEXT_NOT_ENCODABLE'
  | 'ENCODING_CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'PAYLOAD_EMPTY'
  | 'PACKED_BROKEN'
  | 'PACKED_TOO_LARGE'
  | 'PACKED_NO_ENTRY'
  | 'PACKED_UNREADABLE'
  | 'CSV_RAGGED_ROW'
  | 'CSV_OPEN_QUOTE'
  | 'CSV_BAD_QUOTE'
  | 'CSV_STRAY_CHARACTER'
  | 'CSV_BAD_HEADER'
  | 'CSV_MISSING_COLUMN'
  | 'CSV_FOOTER'
  | 'CSV_ROW_KIND'
  | 'CSV_NOTHING_TO_FILL'
  | 'FIXED_BAD_NUMBER'
  | 'FIXED_SHORT_ROW'
  | 'FIXED_HEADER'
  | 'FIXED_DOES_NOT_FIT'
  | 'XLSX_BROKEN'
  | 'XLSX_NO_SHEET'
  | 'XLSX_BAD_CELL'
  | 'PARQUET_BAD_CELL'
  | 'JSON_SYNTAX'
  | 'JSON_NOT_RECORDS'
  | 'JSON_DUPLICATE_KEY'
  | 'XML_SYNTAX'
  | 'XML_DTD_REFUSED'
  | 'XML_NO_RECORDS'
  | 'XML_WRONG_ROOT'
  | 'ENVELOPE_LATE'
  | 'NESTING_TOO_DEEP'
  | 'EXPR_FAILED'
  | 'EXPR_NOT_TEXT'
  | 'EXPR_NOT_DECIMAL'
  | 'EXPR_NOT_DATE'
  | 'GS1_BAD_KEY'
  | 'GS1_CHECK_DIGIT'
  | 'GS1_BAD_ELEMENT'
  | 'GS1_BAD_EVENT'
  | 'FILTER_UNDECIDED'
  | 'SPLIT_HIDES'
  | 'SPLIT_SUM_DIFFERS'
  | 'EXPR_RUNAWAY'
  | 'LOOKUP_NOT_FOUND'
  | 'ENRICH_NOT_FOUND'
  | 'ENRICH_REFUSED'
  | 'ENRICH_DENIED'
  | 'ENRICH_FAILED'
  | 'ENRICH_PAUSED'
  | 'UOM_UNKNOWN'
  | 'LINE_REPEATED'
  | 'GROUP_DIFFERS'
  | 'GROUP_KEY_DIFFERS'
  | 'GROUP_BROKEN'
  | 'GROUP_INCOMPLETE'
  | 'GROUP_LATE'
  | 'AWAIT_MISSING'
  | 'STAGE_GAVE_UP'
  | 'AWAIT_FULL'
  | 'LEASE_LOST'
  | 'STAGE_RELEASED'
  | 'STAGE_UNKNOWN'
  | 'STAGE_FULL'
  | 'PAIR_BROKEN'
  | 'NAME_BAD_CHARACTER'
  | 'TEXT_BAD_CHARACTER'
  | 'KEY_REPEATED'
  | 'PAYLOAD_REFUSED'
  | 'RECORD_EMPTY'
  | 'RECORD_INVALID'
  | 'MESSAGE_INVALID'
  | 'KEY_EMPTY'
  | 'CONTENT_ALTERED'
  | 'FIELD_RESERVED'
  | 'VERSION_MISMATCH'
  | 'ID_CONFLICT'
  | 'REVISION_REFUSED'
  | 'SKU_UNKNOWN'
  | 'UNIT_PRECISION'
  | 'UNIT_MISMATCH'
  | 'CURRENCY_RATE_MISSING'
  | 'DOCUMENT_UNKNOWN'
  | 'RESERVATION_UNKNOWN'
  | 'DOCUMENT_AMBIGUOUS'
  | 'DOCUMENT_CANCELLED'
  | 'PERIOD_CLOSED'
  | 'PERIOD_REFUSED'
  | 'PERIOD_NOT_READY'
  | 'REVALUE_REFUSED'
  | 'METHOD_REFUSED'
  | 'OPENING_REPEATED'
  | 'LOT_MISSING'
  | 'SERIAL_QUANTITY'
  | 'SERIAL_IN_STOCK'
  | 'STOCK_INSUFFICIENT'
  | 'STOCK_OUT_OF_RANGE'
  | 'ITEM_LOCKED'
  | 'DECIMAL_INVALID'
  | 'SHARES_INVALID'
  | 'PLACE_RESERVED'
  | 'PACK_TOO_LARGE'
  | 'STOCK_SAME_PLACE'
  | 'BROKER_UNREACHABLE'
  | 'BROKER_UNROUTABLE'
  | 'BROKER_TOPOLOGY_CONFLICT'
  | 'BROKER_QUEUE_IN_USE'
  | 'BROKER_QUEUE_FILLED'
  | 'BROKER_REFUSED'
  | 'BROKER_DENIED'
  | 'BROKER_FULL'
  | 'BATCHES_MISSING'
  | 'BROKER_CLOSED'
  | 'BROKER_DISK'
  | 'SPOOL_FAILED'
  | 'STORE_UNREACHABLE'
  | 'STORE_STANDALONE'
  | 'STORE_REFUSED'
  | 'STORE_FAILED'
  | 'STORE_CORRUPT'
  | 'FORMAT_UNKNOWN'
  | 'EVENTS_FORGOTTEN'
  | 'EVENTS_READER_SLOW'
  | 'EVENT_STREAMS_TOO_MANY'
  | 'STORE_SCHEMA'
  | 'STORE_UPGRADED'
  | 'STORE_DISK'
  | 'STORE_TRANSIENT'
  | 'STORE_CONTENDED'
  | 'DATA_FOLDER_UNUSABLE'
  | 'DATA_FOLDER_MISSING'
  | 'DATA_FOLDER_BUSY'
  | 'DATA_FOLDER_TAKEN'
  | 'BACKUP_FOLDER_TAKEN'
  | 'BACKUP_UNUSABLE'
  | 'DATABASE_TAKEN'
  | 'RESTORE_UNFINISHED'
  | 'FOLDER_MISSING'
  | 'FOLDER_UNUSABLE'
  | 'FOLDER_IN_THE_WAY'
  | 'FILE_LINKED'
  | 'FOLDER_WRITE_FAILED'
  | 'FOLDER_READ_FAILED'
  | 'SFTP_UNREACHABLE'
  | 'SFTP_LOGIN_REFUSED'
  | 'SFTP_HOST_KEY_UNKNOWN'
  | 'MAIL_UNREACHABLE'
  | 'MAIL_DENIED'
  | 'MAIL_FOLDER_REFUSED'
  | 'MAIL_UNREADABLE'
  | 'MAIL_FAILED'
  | 'MAIL_REFUSED'
  | 'SQL_DRIVER_MISSING'
  | 'SQL_UNREACHABLE'
  | 'SQL_DENIED'
  | 'SQL_REFUSED'
  | 'SQL_FAILED'
  | 'WEBHOOK_UNREACHABLE'
  | 'WEBHOOK_REFUSED'
  | 'WEBHOOK_FAILED'
  | 'WEBHOOK_GONE'
  | 'S3_UNREACHABLE'
  | 'S3_FAILED'
  | 'S3_DENIED'
  | 'S3_BUCKET_MISSING'
  | 'S3_CLOCK_SKEWED'
  | 'S3_OBJECT_CHANGED'
  | 'S3_REFUSED'
  | 'REST_UNREACHABLE'
  | 'REST_FAILED'
  | 'REST_DENIED'
  | 'REST_REFUSED'
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_WRONG'
  | 'SIGNATURE_STALE'
  | 'HTTP_PORT_TAKEN'
  | 'HTTP_CANNOT_LISTEN'
  | 'HTTP_NOT_FOUND'
  | 'HTTP_BAD_REQUEST'
  | 'HTTP_UNAUTHORIZED'
  | 'HTTP_FORBIDDEN'
  | 'HTTP_SCOPE'
  | 'HTTP_ROWS'
  | 'HTTP_CSRF'
  | 'SIGN_IN_FAILED'
  | 'SIGN_IN_ELSEWHERE'
  | 'OIDC_UNREACHABLE'
  | 'ACCESS_UNFIT'
  | 'KEY_UNKNOWN'
  | 'KEY_REVOKED'
  | 'KEY_CHANGED'
  | 'USER_UNKNOWN'
  | 'USER_EXISTS'
  | 'USER_CHANGED'
  | 'USER_BAD_NAME'
  | 'USER_WEAK_PASSWORD'
  | 'HTTP_NOT_ALLOWED'
  | 'HTTP_WRONG_FORMAT'
  | 'HTTP_NOT_ACCEPTABLE'
  | 'HTTP_TOO_MANY'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_RUNNING'
  | 'GRAPHQL_INVALID'
  | 'GRAPHQL_TOO_COMPLEX'
  | 'HTTP_INCOMPLETE'
  | 'HTTP_HEADERS_TOO_LARGE'
  | 'HTTP_TIMEOUT'
  | 'HUB_BUSY'
  | 'HUB_STARTING'
  | 'SHUTTING_DOWN'
  | 'HISTORY_UNKNOWN'
  | 'ENDPOINT_UNKNOWN'
  | 'ENDPOINT_CHANGED'
  | 'GAP_UNKNOWN'
  | 'ARCHIVE_MISSING'
  | 'PARKED_UNKNOWN'
  | 'DEAD_UNKNOWN'
  | 'DEAD_QUEUE_GONE'
  | 'CASE_CLOSED'
  | 'CASE_FOUR_EYES'
  | 'CASE_CHANGED'
  | 'CORRECTION_UNFIT'
  | 'REPLAY_UNFIT'
  | 'FILE_UNREADABLE'
  | 'FILE_EXISTS'
  | 'FILE_UNWRITABLE'
  | 'KNOWN_AT_FUTURE'
  | 'CURSOR_INVALID'
  | 'QUERY_BAD_PERIOD'
  | 'QUERY_NO_VALUE'
  | 'DATE_OUT_OF_BOUNDS'
  | 'UNIT_ROUNDED'
  | 'DATE_IN_FUTURE'
  | 'FIELD_NEVER_SEEN'
  | 'RATE_IGNORED'
  | 'COST_MISSING'
  | 'CLI_USAGE'
  | 'INTERNAL';

/** What each address answers with. */
export interface Answers {
  'GET /': Index;
  'GET /openapi.json': OpenApi;
  'GET /v1/openapi': OpenApi;
  'GET /asyncapi.json': AsyncApi;
  'GET /v1/errors/{code}': ErrorMeaning;
  'POST /v1/flows/{flow}': Accepted;
  'POST /v1/webhooks/{flow}': Accepted;
  'GET /v1/messages/{id}': Message;
  'POST /v1/stock/receipts': CommandAnswer;
  'POST /v1/stock/issues': CommandAnswer;
  'POST /v1/stock/transfers': CommandAnswer;
  'POST /v1/stock/adjustments': CommandAnswer;
  'POST /v1/stock/counts': CommandAnswer;
  'POST /v1/stock/returns': CommandAnswer;
  'POST /v1/stock/status-changes': CommandAnswer;
  'POST /v1/stock/productions': CommandAnswer;
  'POST /v1/stock/openings': CommandAnswer;
  'POST /v1/stock/landed-costs': CommandAnswer;
  'POST /v1/stock/invoices': CommandAnswer;
  'POST /v1/stock/revaluations': CommandAnswer;
  'POST /v1/stock/methods': CommandAnswer;
  'POST /v1/stock/cancellations': CommandAnswer;
  'POST /v1/reservations': CommandAnswer;
  'GET /v1/reservations': ReservationsList;
  'PATCH /v1/reservations/{id}': CommandAnswer;
  'GET /v1/reservations/{id}': Reservation;
  'POST /v1/reservations/{id}/commit': CommandAnswer;
  'POST /v1/reservations/{id}/void': CommandAnswer;
  'POST /v1/items': CommandAnswer;
  'GET /v1/items': ItemsList;
  'POST /v1/locations': CommandAnswer;
  'GET /v1/locations': LocationsList;
  'POST /v1/orders': CommandAnswer;
  'GET /v1/orders': OrdersList;
  'POST /v1/periods/closings': CommandAnswer;
  'POST /v1/periods/reopenings': CommandAnswer;
  'POST /v1/bulk/{type}': Job;
  'GET /v1/jobs/{id}': Job;
  'GET /v1/jobs/{id}/parked': JobParkedList;
  'GET /v1/stock': StockList;
  'GET /v1/available': AvailableList;
  'GET /v1/trace': TraceList;
  'GET /v1/stock/{sku}': SkuStock;
  'GET /v1/items/{sku}': Item;
  'GET /v1/valuation': ValuationList;
  'GET /v1/ledger': LedgerList;
  'GET /v1/statement': StatementList;
  'GET /v1/explain': ExplainList;
  'GET /v1/roll-forward': RollForwardList;
  'GET /v1/journal': JournalList;
  'GET /v1/trial': TrialList;
  'GET /v1/ageing': AgeingList;
  'GET /v1/open-items': OpenItemsList;
  'GET /v1/slow-movers': SlowMoversList;
  'GET /v1/abc': AbcList;
  'GET /v1/documents': DocumentsList;
  'GET /v1/unpriced': UnpricedList;
  'GET /v1/uncosted': UncostedList;
  'GET /v1/unmatched-returns': UnmatchedReturnsList;
  'GET /v1/recosts': RecostsList;
  'GET /v1/closing': ClosingList;
  'GET /v1/periods': PeriodsList;
  'GET /v1/history/{key}': History;
  'GET /v1/documents/{number}': WholeDocument;
  'GET /v1/audit-trail': AuditTrailList;
  'GET /v1/search': SearchHits;
  'GET /v1/flows/map': FlowMap;
  'GET /v1/messages': PayloadList;
  'GET /v1/deployments': DeploymentList;
  'GET /v1/journal/batches': JournalBatch;
  'GET /v1/events': string;
  'GET /graphql': GraphqlAnswer;
  'POST /graphql': GraphqlAnswer;
  'POST /v1/parked/correct': Worked;
  'POST /v1/parked/dismiss': Worked;
  'POST /v1/parked/assign': Worked;
  'POST /v1/parked/reopen': Worked;
  'POST /v1/parked/replay': Worked;
  'POST /v1/dead/replay': Worked;
  'POST /v1/dead/dismiss': Worked;
  'POST /v1/dead/assign': Worked;
  'POST /v1/parked/{id}/correct': Case;
  'POST /v1/parked/{id}/dismiss': Case;
  'POST /v1/parked/{id}/assign': Case;
  'POST /v1/parked/{id}/reopen': Case;
  'POST /v1/dead/{id}/replay': Case;
  'POST /v1/dead/{id}/dismiss': Case;
  'POST /v1/dead/{id}/assign': Case;
  'POST /v1/parked/{id}/rehearse': Rehearsed;
  'POST /v1/parked/rehearse': RehearsedAll;
  'GET /v1/parked': ParkedList;
  'GET /v1/parked/groups': ParkedGroups;
  'GET /v1/parked/{id}': ParkedRecord;
  'POST /v1/parked/{id}/replay': Accepted;
  'GET /v1/dead': DeadList;
  'GET /v1/dead/groups': DeadGroups;
  'GET /v1/dead/{id}': DeadLetter;
  'GET /v1/flows': FlowList;
  'POST /v1/flows/{flow}/pause': FlowPause;
  'POST /v1/flows/{flow}/resume': FlowRow;
  'POST /v1/reload': Reloaded;
  'GET /v1/stages': StageList;
  'GET /v1/endpoints': EndpointList;
  'GET /v1/attempts': AttemptList;
  'GET /v1/endpoints/{name}': Endpoint;
  'POST /v1/endpoints/{name}/pause': Endpoint;
  'POST /v1/endpoints/{name}/resume': Endpoint;
  'POST /v1/endpoints/{name}/probe': Endpoint;
  'GET /v1/runs': RunList;
  'GET /v1/session': Session;
  'POST /v1/session': Session;
  'DELETE /v1/session': Session;
  'GET /v1/session/oidc': string;
  'GET /v1/session/oidc/callback': string;
  'GET /v1/keys': KeyList;
  'POST /v1/keys': MadeKey;
  'POST /v1/keys/{id}/rotate': MadeKey;
  'DELETE /v1/keys/{id}': Key;
  'GET /healthz': Alive;
  'GET /readyz': Health;
  'GET /v1/status': Status;
  'GET /metrics': string;
  'GET /v1/config': Config;
}

/** What is said to each address that takes JSON. */
export interface Bodies {
  'POST /v1/stock/receipts': StockReceiveCommand;
  'POST /v1/stock/issues': StockIssueCommand;
  'POST /v1/stock/transfers': StockTransferCommand;
  'POST /v1/stock/adjustments': StockAdjustCommand;
  'POST /v1/stock/counts': StockCountCommand;
  'POST /v1/stock/returns': StockReturnCommand;
  'POST /v1/stock/status-changes': StockStatusCommand;
  'POST /v1/stock/productions': StockProduceCommand;
  'POST /v1/stock/openings': StockOpeningCommand;
  'POST /v1/stock/landed-costs': StockLandedCostCommand;
  'POST /v1/stock/invoices': StockInvoiceCommand;
  'POST /v1/stock/revaluations': StockRevalueCommand;
  'POST /v1/stock/methods': StockMethodCommand;
  'POST /v1/stock/cancellations': StockCancelCommand;
  'POST /v1/reservations': ReservationCreateCommand;
  'PATCH /v1/reservations/{id}': ReservationUpdateCommand;
  'POST /v1/reservations/{id}/commit': ReservationCommitCommand;
  'POST /v1/reservations/{id}/void': ReservationVoidCommand;
  'POST /v1/items': ItemUpsertCommand;
  'POST /v1/locations': LocationUpsertCommand;
  'POST /v1/orders': OrderUpsertCommand;
  'POST /v1/periods/closings': PeriodCloseCommand;
  'POST /v1/periods/reopenings': PeriodReopenCommand;
  'POST /graphql': GraphqlRequest;
  'POST /v1/parked/correct': Correction;
  'POST /v1/parked/dismiss': Reasoned;
  'POST /v1/parked/assign': Assigned;
  'POST /v1/parked/reopen': Said;
  'POST /v1/parked/replay': Said;
  'POST /v1/dead/replay': Said;
  'POST /v1/dead/dismiss': Reasoned;
  'POST /v1/dead/assign': Assigned;
  'POST /v1/parked/{id}/correct': Correction;
  'POST /v1/parked/{id}/dismiss': Reasoned;
  'POST /v1/parked/{id}/assign': Assigned;
  'POST /v1/parked/{id}/reopen': Said;
  'POST /v1/dead/{id}/replay': Said;
  'POST /v1/dead/{id}/dismiss': Reasoned;
  'POST /v1/dead/{id}/assign': Assigned;
  'POST /v1/parked/{id}/rehearse': Correction;
  'POST /v1/parked/rehearse': Correction;
  'POST /v1/parked/{id}/replay': Said;
  'POST /v1/flows/{flow}/pause': Reasoned;
  'POST /v1/flows/{flow}/resume': Said;
  'POST /v1/reload': Said;
  'POST /v1/endpoints/{name}/pause': Said;
  'POST /v1/endpoints/{name}/resume': Said;
  'POST /v1/endpoints/{name}/probe': Said;
  'POST /v1/session': SignIn;
  'POST /v1/keys': KeyWish;
  'POST /v1/keys/{id}/rotate': KeyRotation;
}

/** Parameters of each address. */
export interface Queries {
  'GET /v1/reservations': { sku?: string; state?: "pending" | "committed" | "voided" | "expired" | "failed"; reference?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/items': { sku?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/locations': { after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/orders': { sku?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/jobs/{id}/parked': { after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/stock': { sku?: string; location?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/available': { sku?: string; location?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/trace': { lot?: string; sku?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/stock/{sku}': { location?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/valuation': { sku?: string; by?: "pool" | "place"; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/ledger': { sku?: string; document?: string; partner?: string; reference?: string; lot?: string; location?: string; period?: string; since?: string; asOf?: string; knownAt?: string; recordedAfter?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/statement': { sku?: string; period?: string; since?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/explain': { sku?: string; location?: string; lot?: string; status?: "available" | "quarantine" | "damaged"; by?: "quantity" | "value"; period?: string; since?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/roll-forward': { sku?: string; by?: "sku" | "pool"; period?: string; since?: string; asOf?: string; knownAt?: string; recordedAfter?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/journal': { sku?: string; document?: string; account?: string; period?: string; since?: string; asOf?: string; knownAt?: string; recordedAfter?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/trial': { sku?: string; by?: "account" | "group" | "reason" | "partner"; period?: string; since?: string; asOf?: string; knownAt?: string; recordedAfter?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/ageing': { sku?: string; ranges?: string; by?: "range" | "slot"; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/open-items': { sku?: string; partner?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/slow-movers': { sku?: string; days?: number; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/abc': { shares?: string; days?: number; since?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/documents': { sku?: string; document?: string; partner?: string; reference?: string; location?: string; period?: string; since?: string; asOf?: string; knownAt?: string; recordedAfter?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/unpriced': { sku?: string; period?: string; since?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/uncosted': { sku?: string; asOf?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/unmatched-returns': { sku?: string; period?: string; since?: string; asOf?: string; knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/recosts': { after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/closing': { period?: string; asOf?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/periods': { knownAt?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/audit-trail': { of?: string; knownAt?: string; recordedAfter?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/search': { q: string; kinds?: string; limit?: number };
  'GET /v1/flows/map': { flow?: string };
  'GET /v1/messages': { flow?: string; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/deployments': { format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/journal/batches': { after?: string };
  'GET /v1/events': { types?: string; sku?: string; location?: string; after?: string };
  'GET /graphql': { query?: string; operationName?: string; variables?: string; extensions?: string };
  'POST /v1/parked/correct': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/parked/dismiss': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/parked/assign': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/parked/reopen': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/parked/replay': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/dead/replay': { flow?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/dead/dismiss': { flow?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/dead/assign': { flow?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; rate?: number; most?: number; all?: "true" };
  'POST /v1/parked/rehearse': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; most?: number; all?: "true" };
  'GET /v1/parked': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/parked/groups': { flow?: string; field?: string; name?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/dead': { flow?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/dead/groups': { flow?: string; code?: string; find?: string; since?: string; until?: string; state?: "open" | "assigned" | "replaying" | "replayed" | "resolved" | "dismissed" | "waiting"; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/flows': { format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/stages': { format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/endpoints': { format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/attempts': { format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
  'GET /v1/runs': { flow?: string; state?: "open" | "written" | "failed"; after?: string; limit?: number; format?: "json" | "csv" | "xml" | "xlsx" | "parquet" };
}
