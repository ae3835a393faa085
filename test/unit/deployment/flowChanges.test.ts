/** What becomes of flows that are loaded anew: each by itself, and those that are linked together or not at all. */
import { deepEqual, equal } from 'node:assert/strict';
import { type Change, flowChanges } from '../../../core/deployment/flowChanges.ts';
import type { Fault } from '../../../core/errors.ts';
import type { CompiledFlow } from '../../../core/flow/compiledFlow.ts';
import type { LeftOutFlow, LoadedFlow } from '../../../core/flow/loadedFlow.ts';

interface Links {
  handsTo?: readonly string[];
  awaits?: readonly string[];
  awaitedBy?: readonly string[];
  from?: readonly string[];
}

const fault: Fault = { code: 'FLOW_UNKNOWN_FIELD', message: 'no' };
const broken = (name: string): LeftOutFlow => ({ name, file: `${name}.yaml`, faults: [fault] });

/** `text` stands for its file and all that it names, `setup` for connectors and rules. */
function flow(name: string, links: Links = {}, text = 'v1', setup: unknown = {}): LoadedFlow {
  const { handsTo = [], awaits = [], awaitedBy = [], from } = links;
  const compiled = {
    name,
    direction: from ? 'continued' : 'inbound',
    from,
    handsTo: new Map(handsTo.map((other) => [other, {}])),
    stages: awaits.length > 0 ? [{ awaits: { flows: awaits } }] : [],
    awaitedAt: awaitedBy.map((by) => ({ by })),
  };
  return { flow: compiled as unknown as CompiledFlow, digest: text, setup };
}

/** `name: change`, and behind it which are drained and which begin. */
function outcome(
  running: readonly LoadedFlow[],
  next: readonly LoadedFlow[],
  leftOut: readonly LeftOutFlow[] = [],
): Record<string, string> {
  return Object.fromEntries(
    flowChanges(running, next, leftOut).flatMap(({ stops, starts, changes }) => {
      const begun = starts.map((one) => one.flow.name);
      return changes.map(({ flow: name, change }): [string, string] => {
        const [ends, begins] = [stops.includes(name), begun.includes(name)];
        return [name, [change, ends ? 'ends' : '', begins ? 'begins' : ''].join(' ').trimEnd()];
      });
    }),
  );
}

describe('flows that are loaded anew', () => {
  it('go on where nothing of them is another, and change where their file or their setup is', () => {
    const running = ['same', 'text', 'setup', 'gone'].map((name) => flow(name));
    const next = [
      flow('same', {}, 'v1', {}),
      flow('text', {}, 'v2'),
      flow('setup', {}, 'v1', { rules: 1 }),
      flow('fresh'),
    ];
    deepEqual(outcome(running, next), {
      same: 'unchanged',
      text: 'changed ends begins',
      setup: 'changed ends begins',
      gone: 'removed ends',
      fresh: 'added  begins',
    });
  });

  it('run on as they were where their file has faults, and are left out where they never ran', () => {
    deepEqual(outcome([flow('a')], [], [broken('a'), broken('b')]), { a: 'kept', b: 'left out' });
    const [{ changes } = { changes: [] }] = flowChanges([flow('a')], [], [broken('a')]);
    deepEqual(changes[0]?.faults, [fault]);
  });

  it('of which a second file of the same name has faults are as the sound one says', () => {
    deepEqual(outcome([flow('a')], [flow('a', {}, 'v2')], [broken('a')]), {
      a: 'changed ends begins',
    });
  });

  for (const [how, door, joined] of [
    ['hand over', { handsTo: ['joined'] }, {}],
    ['continue', {}, { from: ['door'] }],
    ['await', {}, { awaits: ['door'] }],
    ['are awaited', { awaitedBy: ['joined'] }, {}],
  ] as const) {
    it(`that ${how} change together, and not at all where one of them has faults`, () => {
      const both = [flow('door', door), flow('joined', joined)];
      const alone = flow('alone');
      deepEqual(outcome([...both, alone], [flow('door', door, 'v2'), both[1]!, alone]), {
        door: 'changed ends begins',
        joined: 'unchanged ends begins',
        alone: 'unchanged',
      });
      deepEqual(
        outcome([...both, alone], [both[0]!, flow('alone', {}, 'v2')], [broken('joined')]),
        {
          door: 'unchanged',
          joined: 'kept',
          alone: 'changed ends begins',
        },
      );
      deepEqual(outcome(both, [flow('door', door, 'v2')], [broken('joined')]), {
        door: 'kept',
        joined: 'kept',
      });
    });
  }

  it('that are linked only by one that goes, or comes, are drained and begun with it', () => {
    const running = [
      flow('a', { handsTo: ['middle'] }),
      flow('b'),
      flow('middle', { from: ['a'] }),
    ];
    const next = [
      flow('a', {}, 'v2'),
      flow('b', { handsTo: ['c'] }, 'v2'),
      flow('c', { from: ['b'] }),
    ];
    deepEqual(outcome(running, next), {
      a: 'changed ends begins',
      middle: 'removed ends',
      b: 'changed ends begins',
      c: 'added  begins',
    });
    equal(
      flowChanges(running, next, []).length,
      2,
      'two sets, which wait for each other in nothing',
    );
  });

  it('of which none ran begin without the one that has faults, where that is all that they lack', () => {
    deepEqual(outcome([], [flow('a', { awaits: ['b'] })], [broken('b')]), {
      a: 'added  begins',
      b: 'left out',
    });
  });

  it('name each flow once, whatever its links', () => {
    const ring = (text: string) =>
      ['a', 'b', 'c'].map((name, index, all) =>
        flow(name, { handsTo: [all[(index + 1) % 3]!, name, 'nowhere'] }, text),
      );
    const changes = flowChanges(ring('v1'), ring('v2'), []);
    equal(changes.length, 1);
    deepEqual(
      changes[0]!.changes.map((one): [string, Change] => [one.flow, one.change]),
      [
        ['a', 'changed'],
        ['b', 'changed'],
        ['c', 'changed'],
      ],
    );
  });
});
