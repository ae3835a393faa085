/** What ERPNext, Odoo and TigerBeetle assert of stock, on our books: see docs/valuation-choices.md. */
import assert from 'node:assert/strict';
import { notRun } from '../notRun.ts';
import { describePairs } from '../pairs.ts';
import { notFigures, rounded, stated } from './valuation/compare.ts';
import { figures } from './valuation/figures.ts';
import { endOfDay, home, itemOf, type Message, messagesOf, skuOf } from './valuation/messagesOf.ts';
import {
  type Case,
  type Expectation,
  type Movement,
  readCases,
  scenarioFile,
} from './valuation/Scenario.ts';
import { ScenarioHub } from './valuation/ScenarioHub.ts';
import { Snapshot } from './valuation/Snapshot.ts';
import type { View } from './valuation/View.ts';

const suite = 'valuation scenarios';
const cases = readCases();
const digitsOf = ({ policy }: Case): number => Number(policy.currencyDecimals ?? 2);

if (!cases) {
  notRun(suite, `${scenarioFile} is not there`, 'set STOCKBUS_SCENARIOS to the file');
} else {
  describePairs(suite, (pair) => {
    /** One hub for each number of decimals; scenarios have items and documents of their own. */
    const hubs = new Map<number, ScenarioHub>();

    before(async () => {
      for (const digits of new Set(cases.map(digitsOf))) {
        const hub = new ScenarioHub(pair, digits, placesOf(cases));
        hubs.set(digits, hub);
        await hub.start();
      }
    });

    after(async () => {
      for (const hub of hubs.values()) await hub.close();
    });

    for (const one of cases) {
      it(one.name, async () => {
        await runCase(hubs.get(digitsOf(one))!, one);
      });
    }
  });
}

/** Every place is its own cost pool, but for where a movement names none. */
function placesOf(all: readonly Case[]): Set<string> {
  const parts = all
    .flatMap(({ movements }) => movements)
    .flatMap(({ location, from, to, consume = [], produce = [] }) => [
      ...[location, from, to],
      ...[...consume, ...produce].map((part) => part.location),
    ]);
  const places = parts.filter((place) => typeof place === 'string');
  return new Set(places.filter((place) => place !== home && place !== 'transit'));
}

async function runCase(hub: ScenarioHub, one: Case): Promise<void> {
  await begin(hub, one);
  let before = await snapshots(hub, one);
  for (const movement of one.movements) {
    const expectations = one.expect.filter((each) => each.afterMovement === movement.seq);
    hub.pass(movement.type === 'tick' ? movement.seconds! * 1_000 : 1);
    const refused = await book(hub, messagesOf(one, movement), expectations);
    const after = await snapshots(hub, one);
    for (const expectation of expectations) {
      await check(hub, { one, movement, before, after, expectation, refused });
    }
    before = after;
  }
}

/** The item, and where a scenario only reserves, what there is to reserve. */
async function begin(hub: ScenarioHub, one: Case): Promise<void> {
  const messages: Message[] = [itemOf(one)];
  const reserves = one.movements.filter(({ type }) => type === 'reserve');
  if (reserves.length > 0) {
    const qty = reserves.reduce((sum, reserve) => sum + reserve.qty!, 0);
    messages.push(...messagesOf(one, { seq: 0, type: 'receipt', qty, unitCost: 1 }));
  }
  assert.deepEqual(await book(hub, messages, []), []);
}

async function book(
  hub: ScenarioHub,
  messages: readonly Message[],
  expectations: readonly Expectation[],
): Promise<string[]> {
  const parked = await hub.book(messages);
  const faults = parked.flatMap((record) => record.faults);
  if (!expectations.some(({ error }) => error !== undefined)) {
    const told = faults.map(({ code, message }) => `${code} ${message}`);
    assert.deepEqual(told, [], 'every message of the movement is booked');
  }
  return faults.map(({ code }) => code);
}

/** Of each item by name; the one that a scenario is about has none. */
async function snapshots(hub: ScenarioHub, one: Case): Promise<Map<string | undefined, Snapshot>> {
  const produced = one.movements.flatMap(({ produce = [] }) => produce.map(({ item }) => item));
  const all = new Map<string | undefined, Snapshot>();
  for (const item of new Set([undefined, ...produced])) {
    const books = await hub.booksOf(skuOf(one, item));
    all.set(item, new Snapshot(books, hub.policy.minorDigits));
  }
  return all;
}

interface Step {
  one: Case;
  movement: Movement;
  before: Map<string | undefined, Snapshot>;
  after: Map<string | undefined, Snapshot>;
  expectation: Expectation;
  refused: string[];
}

async function check(
  hub: ScenarioHub,
  { one, movement, before, after, expectation, refused }: Step,
): Promise<void> {
  const { item, asOfDay } = expectation;
  const view: View = {
    one,
    policy: hub.policy,
    expectation,
    movement,
    before: before.get(item)!,
    after: after.get(item)!,
    now: hub.now,
    refused,
  };
  if (asOfDay !== undefined) view.asOf = await hub.valuation(skuOf(one, item), endOfDay(asOfDay));
  const wanted: Record<string, unknown> = {};
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(expectation)) {
    if (notFigures.has(name)) continue;
    const figure = figures[name];
    assert.ok(figure, `${one.id}: nobody says how '${name}' is read off the books`);
    wanted[name] = stated(value);
    found[name] = rounded(name, wanted[name], figure(view, value));
  }
  const { afterMovement, atMovement } = expectation;
  const at = atMovement === undefined ? '' : ` of movement ${atMovement}`;
  assert.deepEqual(found, wanted, `figures${at} after movement ${afterMovement}`);
}
