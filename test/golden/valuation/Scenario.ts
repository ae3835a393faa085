/** Scenarios that other people's tests state: movements, and the figures that they give. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Movement {
  seq: number;
  type: string;
  qty?: number;
  unitCost?: number;
  amount?: number;
  /** Business time: a date, a day before or after the first, or a time of that day. */
  date?: string;
  day?: number;
  time?: string;
  location?: string;
  from?: string;
  /** A place, or the quantity that a document is changed to. */
  to?: string | number;
  /** The movement that this one follows. */
  of?: number;
  lot?: string;
  lots?: Record<string, number>;
  serial?: string;
  owner?: string;
  uom?: string;
  rateHint?: number;
  split?: string;
  consume?: Part[];
  produce?: Part[];
  additionalCost?: number;
  timeoutSec?: number;
  seconds?: number;
  note?: string;
}

export interface Part {
  item?: string;
  location: string;
  qty: number;
}

/** What holds once so many movements were booked; the other fields are figures. */
export interface Expectation {
  afterMovement: number;
  /** The movement whose postings are looked at. */
  atMovement?: number;
  asOfDay?: number;
  location?: string;
  item?: string;
  case?: string;
  [figure: string]: unknown;
}

export interface Scenario {
  id: string;
  source: string;
  method: string;
  policy: Record<string, unknown>;
  movements: Movement[];
  expect: Expectation[];
}

/** One run of a scenario; some state several cases, each with its own figures. */
export interface Case extends Scenario {
  name: string;
  /** Whose way the figures follow where the two differ. */
  way: 'erpnext' | 'odoo';
  /** Methods before and after a change of method. */
  methods?: { from: string; to: string };
}

export const scenarioFile = resolve(
  process.env.STOCKBUS_SCENARIOS ?? '../shared/valuation-scenarios.json',
);

/** Others' scenarios; undefined where the file is not there. */
export const readCases = (): Case[] | undefined =>
  existsSync(scenarioFile) ? casesIn(scenarioFile) : undefined;

/** Scenarios of the same kind, by the figures that others are known to state, and ours (`SB`). */
export const moreCases = (): Case[] => casesIn(join(import.meta.dirname, 'more.json'));

const casesIn = (file: string): Case[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as Scenario[]).flatMap(casesOf);

/** Where our books give another figure than is stated, by the name of the case; docs/valuation-choices.md says why. */
const departures: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // A change of method writes nothing up; Odoo revalues at the cost of the newest stock, 380.
  'OD-METHOD-01 fifo->standard': { value: 290 },
  'OD-METHOD-01 fifo->avco': { value: 290 },
};

function casesOf(scenario: Scenario): Case[] {
  const way = scenario.source.startsWith('odoo/') ? 'odoo' : 'erpnext';
  const names = [...new Set(scenario.expect.map((expectation) => expectation.case))];
  return names.map((name): Case => {
    if (name === undefined) return { ...scenario, name: scenario.id, way };
    const [from = '', to = ''] = name.split('->');
    const cost = /\((\d+)\)/.exec(from)?.[1];
    const full = `${scenario.id} ${name}`;
    return {
      ...scenario,
      name: full,
      way,
      methods: { from: from.replace(/\(.*/, ''), to },
      policy: cost === undefined ? scenario.policy : { ...scenario.policy, standardPrice: +cost },
      // "In the standard cases both receipts are at" the standard.
      movements: scenario.movements.map((movement) =>
        cost === undefined || movement.unitCost === undefined
          ? movement
          : { ...movement, unitCost: +cost },
      ),
      expect: scenario.expect
        .filter((expectation) => expectation.case === name)
        .map((expectation) => ({ ...expectation, ...departures[full] })),
    };
  });
}
