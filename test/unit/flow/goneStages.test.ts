import { deepEqual } from 'node:assert/strict';
import type { CompiledFlow } from '../../../core/flow/compiledFlow.ts';
import { goneStages, type LeftStage } from '../../../core/flow/goneStages.ts';

const flow = (name: string, source: string, ...stages: string[]): CompiledFlow =>
  ({
    ...{ direction: 'inbound', name, source, stages: stages.map((name) => ({ name })) },
    fromAt: { file: `flows/${name}.yaml`, line: 2, column: 7 },
  }) as unknown as CompiledFlow;
const left = (stage: string, parts: Partial<LeftStage> = {}): LeftStage => ({
  ...{ stage, waiting: 0, outs: 0 },
  ...parts,
});
const since = '2026-03-01T08:00:00.000Z';
const told = (flows: CompiledFlow[], ...kept: LeftStage[]): string[] =>
  goneStages(flows, kept).map(
    ({ message, todo, at }) => `${at?.file ?? 'nowhere'}: ${message}; ${todo}`,
  );
const release = (stage: string): string => `'stockbus waiting release ${stage}' parks what waits`;

describe('what waits in a stage that no flow has any more', () => {
  it('is told with where it lies and since when', () => {
    deepEqual(
      told(
        [],
        left('a/await-b', { waiting: 3, since, outs: 1, queued: 2 }),
        left('c/group', { waiting: 1, since }),
        left('d/delay'),
      ),
      [
        `nowhere: no flow has the step 'a/await-b' any more, in which 3 records wait since ${since}, 2 batches lie in its queue, 1 batch has left and not gone on; put the flow 'a' back, or write 'source: a' in the one that it has become; ${release('a/await-b')}`,
        `nowhere: no flow has the step 'c/group' any more, in which 1 record waits since ${since}; put the flow 'c' back, or write 'source: c' in the one that it has become; ${release('c/group')}`,
      ],
    );
  });

  it('is told at the flow that had it, with how the step is to be called', () => {
    const flows = [flow('new-a', 'a', 'a/await-c', 'a/delay-x')];
    deepEqual(told(flows, left('a/await-b-d', { outs: 2 }), left('a/delay', { queued: 1 })), [
      `flows/new-a.yaml: no flow has the step 'a/await-b-d' any more, in which 2 batches have left and not gone on; put the step back into 'new-a', or write 'name: b-d' in the await of which it is the same; ${release('a/await-b-d')}`,
      `flows/new-a.yaml: no flow has the step 'a/delay' any more, in which 1 batch lies in its queue; put the step back into 'new-a', or leave out 'name' in the delay of which it is the same; ${release('a/delay')}`,
    ]);
  });

  it('is not told of stages that flows have', () => {
    deepEqual(told([flow('b', 'a', 'a/delay')], left('a/delay', { waiting: 1, since })), []);
  });
});
