/** What ERPNext, Odoo and TigerBeetle assert of stock, on our books: see docs/valuation-choices.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describePairs, type Pair } from '../pairs.ts';
import { describeOutside } from '../samples.ts';
import { home } from './valuation/messagesOf.ts';
import { runCase } from './valuation/runCase.ts';
import { type Case, moreCases, readCases, scenarioFile } from './valuation/Scenario.ts';
import { ScenarioHub } from './valuation/ScenarioHub.ts';

const suite = 'valuation scenarios';
const digitsOf = ({ policy }: Case): number => Number(policy.currencyDecimals ?? 2);

const cases = readCases();
const isDemanded = process.env.STOCKBUS_SCENARIOS !== undefined;
describeOutside(
  { suite, path: scenarioFile, of: dirname(scenarioFile), isDemanded },
  'set STOCKBUS_SCENARIOS to the file',
  () => describePairs(suite, (pair) => onHubs(pair, cases ?? [])),
);

describePairs('more valuation scenarios', (pair) => onHubs(pair, moreCases()));

describe('docs/valuation-choices.md', () => {
  it('says of every scenario whose way it follows', () => {
    const rows = readFileSync('docs/valuation-choices.md', 'utf8').split('\n');
    const told = rows.flatMap((row) => row.split('|')[1]?.match(/\b[A-Z]{2}-[A-Z]+-\d+\b/g) ?? []);
    const ran = [...(cases ?? []), ...moreCases()].map(({ id }) => id);
    const missing = ran.filter((id) => !told.includes(id));
    assert.deepEqual([...new Set(missing)], []);
    if (cases) assert.deepEqual(told.toSorted(), [...new Set(ran)].sort());
  });
});

/** One hub for each number of decimals; scenarios have items and documents of their own. */
function onHubs(pair: Pair, all: readonly Case[]): void {
  const hubs = new Map<number, ScenarioHub>();

  before(async () => {
    for (const digits of new Set(all.map(digitsOf))) {
      const hub = new ScenarioHub(pair, digits, placesOf(all));
      hubs.set(digits, hub);
      await hub.start();
    }
  });

  after(async () => {
    for (const hub of hubs.values()) await hub.close();
  });

  for (const one of all) {
    it(one.name, async () => {
      await runCase(hubs.get(digitsOf(one))!, one);
    });
  }
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
