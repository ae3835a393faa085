/** Books the movements of a scenario one after another, and compares the figures after each. */
import assert from 'node:assert/strict';
import { notFigures, rounded, stated } from './compare.ts';
import { figures } from './figures.ts';
import { endOfDay, itemOf, type Message, messagesOf, skuOf } from './messagesOf.ts';
import type { Case, Expectation, Movement } from './Scenario.ts';
import type { ScenarioHub } from './ScenarioHub.ts';
import { Snapshot } from './Snapshot.ts';
import type { View } from './View.ts';

/** What a scenario needs of a hub. */
type Hub = Pick<ScenarioHub, 'policy' | 'now' | 'pass' | 'book' | 'booksOf' | 'valuation'>;

export async function runCase(hub: Hub, one: Case): Promise<void> {
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
async function begin(hub: Hub, one: Case): Promise<void> {
  const messages: Message[] = [itemOf(one)];
  const reserves = one.movements.filter(({ type }) => type === 'reserve');
  if (reserves.length > 0) {
    const qty = reserves.reduce((sum, reserve) => sum + reserve.qty!, 0);
    messages.push(...messagesOf(one, { seq: 0, type: 'receipt', qty, unitCost: 1 }));
  }
  assert.deepEqual(await book(hub, messages, []), []);
}

async function book(
  hub: Hub,
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
async function snapshots(hub: Hub, one: Case): Promise<Map<string | undefined, Snapshot>> {
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
  hub: Hub,
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
