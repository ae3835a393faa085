/** What ERPNext, Odoo and TigerBeetle assert of stock, on our books: see docs/valuation-choices.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { notRun } from '../notRun.ts';
import { describePairs } from '../pairs.ts';
import { home } from './valuation/messagesOf.ts';
import { runCase } from './valuation/runCase.ts';
import { type Case, readCases, scenarioFile } from './valuation/Scenario.ts';
import { ScenarioHub } from './valuation/ScenarioHub.ts';

const suite = 'valuation scenarios';
const cases = readCases();
const digitsOf = ({ policy }: Case): number => Number(policy.currencyDecimals ?? 2);

if (!cases) {
  notRun(suite, `${scenarioFile} is not there`, 'set STOCKBUS_SCENARIOS to the file');
} else {
  it('docs/valuation-choices.md says of every scenario whose way it follows', () => {
    const rows = readFileSync('docs/valuation-choices.md', 'utf8').split('\n');
    const told = rows.flatMap((row) => row.split('|')[1]?.match(/\b[A-Z]{2}-[A-Z]+-\d+\b/g) ?? []);
    assert.deepEqual(told.sort(), [...new Set(cases.map(({ id }) => id))].sort());
  });

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
