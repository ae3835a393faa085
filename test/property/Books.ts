/** A store with the decision rounds in front of it: documents in, one commit for each. */
import { Recoster } from '../../core/apply/Recoster.ts';
import type { ReceivedBatch, RoundBounds, RoundParts } from '../../core/apply/round.ts';
import { Round } from '../../core/apply/round.ts';
import { faultOf, isRetryable } from '../../core/errors.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { Command } from '../../core/message.ts';
import type { Store } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { noMetrics, systemTime } from '../../core/runtime.ts';
import type { StockPolicy } from '../../core/stock/policy.ts';
import { Workspace } from '../../core/stock/workspace.ts';
import { hashOfContent } from '../hashOfContent.ts';
import { dayIn, firstInstantAfter } from './days.ts';
import type { Doc, History, ItemFacts, Setting } from './documents.ts';
import { MemoryStore } from './MemoryStore.ts';

export const policyOf = (setting: Setting): StockPolicy => ({
  currency: 'EUR',
  minorDigits: setting.minorDigits,
  negative: setting.negative,
  negativePlaces: {},
  unknownSku: 'park',
  valuation: 'fifo',
  pools: setting.pools,
  rates: {},
  zone: setting.zone ?? 'UTC',
  closedPeriod: setting.closedPeriod,
  dates: { from: '1990-01-01', to: undefined, future: 'tell' },
  costs: 'tell',
  units: new Map(),
  accounts: {
    inventory: '1400',
    inventoryByPool: { north: '1410' },
    transit: '1490',
    received: '1600',
    costOfSales: '5000',
    adjustment: '5100',
    opening: '3000',
    payable: '2000',
    exchange: '5600',
    variance: '5200',
    production: '1480',
    conversion: '5400',
    writeDown: '5110',
    scrap: '5300',
    landedCost: '1650',
  },
});

/** Of all books of the process: no two batches are the same. */
let batches = 0;

/** What became of a document: `booked`, `exists`, or the code of its fault. */
export type Answer = string;

/** Few, so that many histories have more. */
export const KEPT_SHORTAGES = 1;
const ROWS_OF_PACK = 16;

export class Books {
  readonly store: Store;
  readonly setting: Setting;
  readonly policy: StockPolicy;
  readonly #workspace: Workspace;
  readonly #runtime: Runtime;
  readonly #bounds: RoundBounds | undefined;
  #now = 0;
  #refused: { record: number; code: string }[] = [];

  constructor(setting: Setting, store: Store, bounds?: RoundBounds) {
    this.#bounds = bounds;
    this.store = store;
    this.setting = setting;
    this.policy = policyOf(setting);
    this.#workspace = new Workspace(this.policy, KEPT_SHORTAGES, ROWS_OF_PACK);
    this.#runtime = {
      ...systemTime,
      now: () => this.#now,
      newId: () => `id${batches}`,
      random: () => 0.5,
      metrics: noMetrics,
      log: (_level, event, fields = {}) => {
        if (event !== 'apply.refused') return;
        this.#refused.push({ record: fields.record as number, code: String(fields.code) });
      },
    };
  }

  /** Books with the items of a setting and nothing else. */
  static async open(
    setting: Setting,
    store: Store = new MemoryStore(),
    bounds?: RoundBounds,
  ): Promise<Books> {
    const books = new Books(setting, store, bounds);
    await books.send(...setting.items.map(itemDoc));
    return books;
  }

  /** Books over what a store holds, as another process would open them. */
  static over({ setting, store }: Books): Books {
    return new Books(setting, store);
  }

  /** Documents in one round, all in one commit, at the time at which the last of them is learnt. */
  async send(...docs: Doc[]): Promise<Answer[]> {
    return this.sendAs('/test', docs);
  }

  /** One document, and as what it was booked: what is dated in a closed period counts later. */
  async book(doc: Doc): Promise<{ answer: Answer; as: Doc | undefined }> {
    const { closedThrough } = await this.store.period();
    const [answer] = await this.send(doc);
    const isBooked = answer === 'booked' && (await wasDone(this, doc));
    return {
      answer: answer!,
      as: isBooked ? redirected(doc, closedThrough, this.setting.zone) : undefined,
    };
  }

  /** The same under message ids of one's own; the number of the document where none is given. */
  async sendAs(
    source: string,
    docs: readonly Doc[],
    ids: readonly string[] = [],
  ): Promise<Answer[]> {
    batches += 1;
    const number = batches;
    this.#now = Date.parse(docs.at(-1)!.recordedAt);
    const commands = docs.map((doc, index) => commandOf(doc, source, ids[index], index + 1));
    const known = await this.store.inbox(commands);
    this.#refused = [];
    await this.#commit(number, commands);
    return commands.map(({ id, record }) => {
      const fault = this.#refused.find((refused) => refused.record === record);
      return fault?.code ?? (known.some((row) => row.id === id) ? 'exists' : 'booked');
    });
  }

  get #parts(): RoundParts {
    const { store, policy } = this;
    const bounds = this.#bounds ? { bounds: this.#bounds } : {};
    return { store, policy, runtime: this.#runtime, ...bounds };
  }

  async #commit(number: number, commands: Command[]): Promise<void> {
    const batch: ReceivedBatch = {
      origin: { intakeId: `intake${number}`, flow: 'test', name: 'test' },
      index: 0,
      records: commands.length,
      filtered: 0,
      commands,
      parked: [],
      batches: 1,
      digest: `${number}`,
      redelivered: false,
    };
    const parts = this.#parts;
    for (let careful = false; ; careful = true) {
      try {
        const round = new Round(parts, this.#workspace, [batch], { careful });
        if ((await round.commit()) !== undefined) break;
      } catch (error) {
        if (!isRetryable(faultOf(error))) throw error;
        const { periodState } = this.#workspace;
        if (periodState.look) periodState.looks -= 1;
      }
      // As apply does: after a conflict or a fault nothing in memory is believed.
      this.#refused = [];
      this.#workspace.forgetAll();
    }
    this.#workspace.committed();
    // Now and then as a process that starts anew: what it knew must lie in the store.
    if (number % 3 === 0) this.#workspace.forgetAll();
  }

  /** What the background does for SKUs with more later facts than one commit takes. */
  async recost(): Promise<void> {
    await new Recoster({ ...this.#parts, committed: () => undefined }).work();
    this.#workspace.forgetAll();
  }

  async entries(sku?: string): Promise<LedgerEntry[]> {
    const { rows } = await this.store.ledger(sku === undefined ? {} : { sku }, { limit: 100_000 });
    return rows;
  }
}

/** Books a history one document after the other; gives the documents as they were booked. */
export async function bookAll(
  { setting, docs }: History,
  store?: Store,
): Promise<{ books: Books; booked: Doc[]; answers: Answer[] }> {
  const books = await Books.open(setting, store);
  const answers: Answer[] = [];
  const booked: Doc[] = [];
  for (const doc of docs) {
    const { answer, as } = await books.book(doc);
    answers.push(answer);
    if (as) booked.push(as);
  }
  return { books, booked, answers };
}

/** A reservation may answer that it is over, or that too little is there, which is no fault. */
async function wasDone({ store }: Books, { type, data }: Doc): Promise<boolean> {
  if (type !== 'reservation.commit.v1' && type !== 'reservation.update.v1') return true;
  const asked = { skus: [], reservations: [String(data.reservation)], openOrders: [] };
  const { log } = (await store.load(asked)).reservations[0]!;
  const { action, result } = log.at(-1)!;
  const hasMoved = ['committed', 'partly_committed', 'updated', 'voided'].includes(result);
  return type === `reservation.${action}.v1` && hasMoved;
}

/** What was dated in a closed period counts on the first open day. */
function redirected(doc: Doc, closedThrough: string, zone?: string): Doc {
  const { at } = doc.data;
  if (at === undefined || closedThrough === '' || dayIn(zone, at) > closedThrough) return doc;
  return { ...doc, data: { ...doc.data, at: firstInstantAfter(closedThrough, zone), dated: at } };
}

export function itemDoc({ sku, ...facts }: ItemFacts): Doc {
  return {
    type: 'item.upsert.v1',
    recordedAt: '2026-06-01T00:00:00.000Z',
    data: { sku, ...facts } as Doc['data'],
  };
}

export function commandOf(
  doc: Doc,
  source: string,
  id: string | undefined,
  record: number,
): Command {
  const { document, reservation, through, sku } = doc.data as Record<string, string | undefined>;
  const name = document ?? reservation ?? through ?? sku ?? '';
  return {
    specversion: '1.0',
    id: id ?? `${doc.type} ${name} ${doc.recordedAt}`,
    source,
    type: doc.type,
    time: doc.recordedAt,
    datacontenttype: 'application/json',
    data: doc.data,
    contenthash: hashOfContent(doc.type, doc.data),
    actor: 'flow:test',
    record,
  } as unknown as Command;
}
