/**
 * A basket over two hubs with two stores, by the flows of examples/two-hubs: whoever is killed, and when, both hubs
 * issue their part of it or neither does, and nothing stays reserved.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { freePort } from '../../scripts/servers.ts';
import { HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { isLong, patience, seed } from '../runs.ts';

type Site = 'north' | 'south' | 'coordinator';
const sites: readonly Site[] = ['north', 'south', 'coordinator'];
const EXAMPLE = 'examples/two-hubs';

/** How long hubs hold, and how long the coordinator waits for their answers. */
const HOLD_SECONDS = 12;
const WITHIN = '3s';

/** The three of them, each in a process of its own, with a data folder and a port that it keeps. */
class Trio {
  readonly #path = join(tmpdir(), `stockbus-two-hubs-${process.pid}-${Date.now()}`);
  readonly #ports = new Map<Site, number>();
  readonly #hubs = new Map<Site, HubProcess>();

  async start(): Promise<void> {
    for (const site of sites) {
      const from = site === 'coordinator' ? 'coordinator' : 'hub';
      cpSync(join(EXAMPLE, from), join(this.#path, site), { recursive: true });
      mkdirSync(join(this.#path, site, 'data'), { recursive: true });
      this.#ports.set(site, await freePort());
    }
    const decisions = join(this.#path, 'coordinator/flows/decisions.yaml');
    const text = readFileSync(decisions, 'utf8');
    assert.ok(text.includes('within: 2m'));
    writeFileSync(decisions, text.replace('within: 2m', `within: ${WITHIN}`));
    await Promise.all(sites.map((site) => this.begin(site)));
  }

  async begin(site: Site): Promise<void> {
    const port = (one: Site) => String(this.#ports.get(one));
    const folder = { path: join(this.#path, site), data: join(this.#path, site, 'data') };
    const env = {
      STOCKBUS_PORT: port(site),
      NORTH_PORT: port('north'),
      SOUTH_PORT: port('south'),
      COORDINATOR_PORT: port('coordinator'),
      SITE: site,
    };
    this.#hubs.set(site, await HubProcess.start(folder as never, [], [], env));
  }

  async kill(site: Site): Promise<void> {
    await this.#hubs.get(site)!.end('SIGKILL');
  }

  async get<Row>(site: Site, path: string): Promise<Row[]> {
    const response = await fetch(`${this.#hubs.get(site)!.url}${path}`);
    return ((await response.json()) as { rows: Row[] }).rows;
  }

  /** Until whoever is asked is there and has it for good. */
  async post(site: Site, flow: string, body: string, type: string): Promise<void> {
    await until(`${site} to take ${flow}`, async () => {
      const sent = this.#hubs.get(site)!.post(flow, body, type);
      return sent.then(
        ({ status }) => status === 202,
        () => false,
      );
    });
  }

  async end(): Promise<void> {
    for (const hub of this.#hubs.values()) await hub.end('SIGKILL');
    rmSync(this.#path, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Reserved {
  id: string;
  state: string;
}

interface Moved {
  document: string;
  from: string;
  to: string;
  quantity: string;
}

interface Stock {
  onHand: string;
  reserved: string;
}

/** Mulberry32: the same of the same seed. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const receipt = (place: string, pieces: number) =>
  `Document,At,Item,Place,Pieces,Cost\nR-1,2026-03-01,TEA-100,${place},${pieces},2\n`;

const basket = (number: number, { north = 1, south = 1 } = {}) =>
  JSON.stringify({
    basket: `B-${number}`,
    at: '2026-03-31T08:30:00Z',
    holdSeconds: HOLD_SECONDS,
    lines: [
      { hub: 'north', sku: 'TEA-100', location: 'N1', quantity: north },
      { hub: 'south', sku: 'TEA-100', location: 'S1', quantity: south },
    ],
  });

describe('a basket over two hubs', () => {
  let trio: Trio;

  beforeEach(async () => {
    trio = new Trio();
    await trio.start();
    await trio.post('north', 'receipts', receipt('N1', 100), 'text/csv');
    await trio.post('south', 'receipts', receipt('S1', 100), 'text/csv');
  });

  afterEach(() => trio.end());

  const reserved = async (site: Site) =>
    new Map(
      (await trio.get<Reserved>(site, '/v1/reservations')).map(({ id, state }) => [id, state]),
    );

  /** By basket, what has left for good. */
  const issued = async (site: Site, place: string): Promise<Record<string, number>> => {
    const left: Record<string, number> = {};
    for (const row of await trio.get<Moved>(site, '/v1/ledger?limit=1000')) {
      if (row.document === 'R-1') continue;
      const change = (row.from === place ? 1 : 0) - (row.to === place ? 1 : 0);
      left[row.document] = (left[row.document] ?? 0) + change * Number(row.quantity);
    }
    return Object.fromEntries(Object.entries(left).filter(([, pieces]) => pieces !== 0));
  };

  /** What lies there once nothing is held any more. */
  const settled = (site: Site): Promise<Stock> =>
    until(`nothing reserved at ${site}`, async () => {
      const [row] = await trio.get<Stock>(site, '/v1/stock?sku=TEA-100');
      return row?.reserved === '0' && row;
    });

  async function allOrNothing(count: number): Promise<void> {
    await Promise.all([settled('north'), settled('south')]);
    await until('all of them', async () => {
      const all = await Promise.all([reserved('north'), reserved('south')]);
      return all.every((one) => ![...one.values()].includes('pending') && one.size === count);
    });
    // What one could not commit in time, the other takes back.
    await until('the same at both', async () => {
      const [one, other] = await Promise.all([issued('north', 'N1'), issued('south', 'S1')]);
      return isDeepStrictEqual(one, other);
    });
    await Promise.all([settled('north'), settled('south')]);
  }

  it('is issued by both, or by neither where one of them has too little', async () => {
    await trio.post('coordinator', 'baskets', basket(1), 'application/json');
    await trio.post('coordinator', 'baskets', basket(2, { south: 1_000 }), 'application/json');
    const states = await until('both', async () => {
      const all = await Promise.all([reserved('north'), reserved('south')]);
      const pending = all.some((one) => [...one.values()].includes('pending'));
      return !pending && all.every((one) => one.size === 2) && all;
    });
    assert.deepEqual(
      states.map((one) => ['B-1', 'B-2'].map((id) => one.get(id))),
      [
        ['committed', 'voided'],
        ['committed', 'failed'],
      ],
    );
    assert.deepEqual(
      [(await settled('north')).onHand, (await settled('south')).onHand],
      ['99', '99'],
    );
    assert.deepEqual(await issued('north', 'N1'), { 'B-1': 1 });
    assert.deepEqual(await issued('south', 'S1'), { 'B-1': 1 });
  });

  it('is so whoever is killed meanwhile, and when', async () => {
    const random = randomOf(seed);
    const count = 8;
    for (let number = 1; number <= count; number += 1) {
      await trio.post('coordinator', 'baskets', basket(number), 'application/json');
      if (number % 2 === 0) continue;
      const site = sites[Math.floor(random() * sites.length)]!;
      await wait(random() * 400);
      await trio.kill(site);
      await wait(random() * 300);
      await trio.begin(site);
    }
    await allOrNothing(count);
  });

  // Its time is over then: what the other has issued comes back.
  if (isLong)
    it('is so though a hub is away for longer than it holds', async () => {
      const count = 6;
      for (let number = 1; number <= count; number += 1) {
        const site: Site = number % 2 === 0 ? 'north' : 'south';
        await trio.post('coordinator', 'baskets', basket(number), 'application/json');
        await wait(number * 40);
        await trio.kill(site);
        await wait(HOLD_SECONDS * 1_000 + 500);
        await trio.begin(site);
      }
      await allOrNothing(count);
    }).timeout(patience() + 120_000);
});
