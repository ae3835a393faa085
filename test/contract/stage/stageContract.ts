/** What every stage promises, as core/ports/stage.ts states it. */
import { deepEqual, ok } from 'node:assert/strict';
import type {
  LeavingRecord,
  Stage,
  StageAnswer,
  StageArrival,
  StageDecision,
  StageKept,
  StageSpec,
} from '../../../core/ports.ts';

/** At a minute of the story something comes, or nothing, and what is due is looked for. */
export interface Moment {
  minute: number;
  comes?: Partial<StageArrival> & { id: string };
}

export interface StageCase {
  about: string;
  spec: StageSpec;
  options: object;
  story: readonly Moment[];
  /** Who leaves, in order: `a` goes on, `a!CODE` is parked, `a-` is dropped; with members `a+b`. */
  leave: readonly string[];
}

const timeOf = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

export const arrivalOf = ({ comes, minute }: Moment): StageArrival => ({
  ...{ key: 'K', value: { sku: 'A' }, source: { Sku: 'A' }, record: 1, given: {} },
  actor: 'flow:f',
  ...{ origin: { intakeId: 'i', flow: 'f', name: 'a.csv' }, at: timeOf(minute) },
  ...comes!,
});

const target = {
  ...{ line: new Set(['sku', 'quantity']), shared: new Set<string>() },
  optional: new Set<string>(),
};

export function stageOf({ spec, options }: StageCase): Stage {
  const report = ({ message }: { message: string }): never => {
    throw new Error(message);
  };
  const read = spec.options.read(options, [], report);
  return spec.make(read, { path: [], target, report });
}

function named({ id, faults, isDropped, members = [] }: LeavingRecord): string {
  const name = members.length > 0 ? members.map(({ value }) => String(value.id)).join('+') : id;
  return name + (isDropped ? '-' : (faults ?? []).map(({ code }) => `!${code}`).join(''));
}

type Decide = (kept: StageKept<unknown, unknown>) => StageAnswer;

const throughJson = <Value>(value: Value): Value =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);

/** One stage with one key, as the loop has it: what is kept goes through JSON. */
export class Told {
  readonly out: LeavingRecord[] = [];
  /** How often members were read. */
  reads = 0;
  readonly #stage: Stage;
  readonly #members = new Map<string, unknown>();
  readonly #known = new Set<string>();
  state: unknown;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  arrive(arrival: StageArrival, now: string): void {
    const id = this.#stage.idOf?.(arrival);
    const isKnown = id !== undefined && this.#known.has(id);
    this.take(this.#decided((kept) => this.#stage.arrive(kept, arrival, now), isKnown));
  }

  due(now: string): void {
    const { state } = this;
    if (state !== undefined)
      this.take(this.#decided((kept) => this.#stage.due({ ...kept, state: kept.state }, now)));
  }

  get dueAt(): string {
    return this.#stage.dueAt(this.state);
  }

  /** Who has left, as stories name them. */
  get left(): string[] {
    return this.out.map(named);
  }

  get members(): unknown[] {
    return [...this.#members.values()];
  }

  /** All that is kept. */
  get all(): unknown {
    return throughJson([this.state, [...this.#members], [...this.#known]]);
  }

  /** Until nothing is kept. */
  end(): void {
    for (let looks = 0; this.state !== undefined; looks += 1) {
      ok(looks < 20, `it keeps ${JSON.stringify(this.state)}`);
      const { dueAt } = this;
      ok(!Number.isNaN(Date.parse(dueAt)), `${dueAt} is no time`);
      this.due(dueAt);
    }
  }

  /** Pure: again it decides the same, with members too where it does without, and what it was given is as it was. */
  #decided(decide: Decide, isKnown = false): StageDecision {
    const kept = () => ({ state: throughJson(this.state), isKnown });
    const members = () => new Map([...this.#members].map((one) => throughJson(one)));
    const given = { ...kept(), members: members() };
    const decision = decide(given);
    deepEqual(given, { ...kept(), members: members() }, 'nothing is changed in place');
    if (decision === 'members') throw new Error('it wants members that it was given');
    deepEqual(decide({ ...kept(), members: members() }), decision);
    const without = this.#members.size === 0 ? decision : decide(kept());
    if (without === 'members') this.reads += 1;
    else deepEqual(without, decision);
    return decision;
  }

  take({ state, drops = [], adds = [], left = [], out }: StageDecision): void {
    this.out.push(...out);
    this.state = throughJson(state);
    deepEqual(this.state, state, 'state is plain JSON');
    if (state === undefined) {
      this.#members.clear();
      this.#known.clear();
      return;
    }
    for (const id of drops) ok(this.#known.delete(id), `${id} was not there`);
    for (const id of drops) this.#members.delete(id);
    for (const { id, value } of adds) {
      ok(!this.#known.has(id), `${id} is there already`);
      deepEqual(throughJson(value), value, 'members are plain JSON');
      this.#known.add(id);
      if (value !== undefined) this.#members.set(id, throughJson(value));
    }
    for (const id of left) ok(this.#members.delete(id), `${id} did not wait`);
  }
}

/** Due times come when they come; whoever looks for them looks at each minute. */
function tell(
  stage: Stage,
  story: readonly Moment[],
  each: (told: Told, moment: Moment, now: string) => void = () => undefined,
): Told {
  const told = new Told(stage);
  for (const moment of story) {
    const now = timeOf(moment.minute);
    if (told.state !== undefined && told.dueAt <= now) told.due(now);
    if (moment.comes) told.arrive(arrivalOf(moment), now);
    each(told, moment, now);
  }
  return told;
}

export function stageContract(one: StageCase): void {
  describe(`${one.spec.name}: ${one.about}`, () => {
    const stage = (): Stage => stageOf(one);

    it('lets go what it says, in the order of what came', () => {
      deepEqual(tell(stage(), one.story).left, one.leave);
    });

    it('takes a record that comes again once, at once and after all', () => {
      const told = tell(stage(), one.story, (told, moment, now) => {
        if (moment.comes) told.arrive(arrivalOf(moment), now);
      });
      const { minute } = one.story.at(-1)!;
      for (const moment of one.story) {
        if (moment.comes) told.arrive(arrivalOf(moment), timeOf(minute));
      }
      told.end();
      deepEqual(told.left, one.leave);
    });

    it('knows which records wait in it, without its options', () => {
      tell(stage(), one.story, (told) => {
        if (told.state === undefined) return;
        const records = told.members.flatMap((member) => one.spec.recordOf(member) ?? []);
        deepEqual(records.length, stage().waiting(told.state));
        const own = one.story.flatMap(({ comes }) => (comes && !comes.from ? [comes.id] : []));
        for (const { id, origin } of records) ok(own.includes(id) && origin.flow === 'f');
      });
    });

    it('changes nothing where it is looked at too early, or twice', () => {
      const told = tell(stage(), one.story, (told, _, now) => {
        for (let again = 0; again < 2; again += 1) {
          const before = told.all;
          told.due(now);
          deepEqual(told.all, before);
        }
      });
      deepEqual(told.left, one.leave);
    });

    it('forgets all in the end, and is due until then', () => {
      const told = tell(stage(), one.story);
      told.end();
      deepEqual(told.left, one.leave);
    });
  });
}
