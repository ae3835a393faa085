/** A hub that applies canonical messages to a pair's store, at times that the test sets. */
import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { HubAnswers } from '../../../core/answers/HubAnswers.ts';
import { schemas } from '../../../core/catalog.ts';
import { configField } from '../../../core/flow/loadConfig.ts';
import { type OpenHub, openHub } from '../../../core/hub/openHub.ts';
import { commandQueue } from '../../../core/intake/publishBatches.ts';
import type { CostLayer, LedgerEntry, Reservation, SkuHead } from '../../../core/ledger.ts';
import type { ParkedRecord } from '../../../core/message.ts';
import type { Store, ValuationRow } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { hashOfContent } from '../../hashOfContent.ts';
import { until } from '../../hubRun.ts';
import type { Pair, Workplace } from '../../pairs.ts';
import { home, type Message } from './messagesOf.ts';

const ajv = addFormats.default(new Ajv({ strict: false }));

/** config/hub.yaml with these fields, and the defaults for all others. */
export function defaults(fields: object) {
  const read = configField([]).read(fields, [], ({ message }) => assert.fail(message));
  return read ?? assert.fail();
}

/** What the books say of one SKU. */
export interface Books {
  head: SkuHead;
  layers: CostLayer[];
  entries: LedgerEntry[];
  reservations: Reservation[];
}

const unused = (): never => {
  throw new Error('its commands come from the broker');
};

export class ScenarioHub {
  readonly policy: StockPolicy;
  readonly #pair: Pair;
  #place: Workplace | undefined;
  #open: OpenHub | undefined;
  #now = Date.UTC(2026, 1, 1);
  #batches = 0;

  constructor(pair: Pair, minorDigits: number, places: Iterable<string>) {
    const pools = Object.fromEntries([home, ...places].map((place) => [place, [place]]));
    const { stock } = defaults({ stock: { minorDigits, pools } });
    this.policy = { ...stock, rates: {}, units: new Map() };
    this.#pair = pair;
  }

  get #store(): Store {
    return this.#open!.store;
  }

  async start(): Promise<void> {
    this.#place = await this.#pair.workplace();
    const { data, env } = this.#place;
    const config = {
      name: 'scenario',
      dataFolder: data,
      broker: env.STOCKBUS_BROKER ?? 'file:',
      store: env.STOCKBUS_STORE ?? 'file:',
      http: { host: '127.0.0.1', port: 0, token: undefined, trustProxy: 0, healthPort: undefined },
      stock: this.policy,
      connectors: {},
      roles: [],
      apply: { partitions: 1 },
      events: { keepMs: 3_600_000 },
      keep: { parked: { keepMs: 0, most: 1 }, dead: { keepMs: 0, most: 1 } },
      replayBy: 'anyone' as const,
      settings: [],
      history: { keepMs: 3_600_000, steps: 'off' as const, redact: [] },
    };
    const runtime = { ...systemRuntime(), now: () => this.#now };
    const answers = new HubAnswers([], runtime);
    this.#open = await openHub(data, env, runtime, {
      roles: ['apply'],
      loaded: {
        ...{ config, flows: [], makes: new Map(), leftOut: [] },
        ...{ checkCommand: () => undefined, forms: unused, hints: [], answers },
      },
    });
    await this.#open.hub.start();
  }

  async close(): Promise<void> {
    await this.#open?.close();
    await this.#place?.remove([commandQueue(0)]);
  }

  get now(): string {
    return new Date(this.#now).toISOString();
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Books messages as one payload; what was refused comes back. */
  async book(messages: readonly Message[]): Promise<ParkedRecord[]> {
    if (messages.length === 0) return [];
    messages.forEach(checkSchema);
    this.#batches += 1;
    const intakeId = `scenario-${this.#batches}`;
    const origin = { intakeId, flow: intakeId, name: intakeId };
    const commands = messages.map(({ type, id, data }, index) => ({
      specversion: '1.0',
      id,
      source: '/scenarios',
      type,
      time: this.now,
      datacontenttype: 'application/json',
      contenthash: hashOfContent(type, data),
      actor: 'flow:scenarios',
      record: index + 1,
      data,
    }));
    const counts = { index: 0, records: commands.length, filtered: 0, batches: 1, parked: [] };
    await this.#open!.broker.publish([
      {
        id: intakeId,
        to: { queue: commandQueue(0) },
        body: Buffer.from(JSON.stringify({ v: 1, parts: [{ origin, ...counts, commands }] })),
        contentType: 'application/json',
      },
    ]);
    await until(
      'the messages to be applied',
      async () => (await this.#store.intake(intakeId))?.done,
    );
    await until(
      're-costing',
      async () => (await this.#store.recosts({ limit: 1 })).rows.length === 0,
    );
    return (await this.#store.parked({ flow: intakeId }, { limit: 100 })).rows;
  }

  async booksOf(sku: string): Promise<Books> {
    const { skus } = await this.#store.load({
      skus: [sku],
      reservations: [],
      openOrders: [],
    });
    const entries = await this.#store.entriesAfter(sku, 0, 10_000);
    const reservations = await this.#store.reservations({ sku }, { limit: 100 });
    const { head, layers } = skus[0]!;
    return { head, layers, entries, reservations: reservations.rows };
  }

  /** Quantity and value of the SKU's pools on a date. */
  async valuation(sku: string, asOf: string): Promise<ValuationRow[]> {
    return (await this.#store.valuation({ sku, asOf }, { limit: 100 })).rows;
  }
}

function checkSchema({ type, data }: Message): void {
  const valid = ajv.validate(schemas[type], data);
  assert.ok(valid, `${type}: ${ajv.errorsText()} in ${JSON.stringify(data)}`);
}
