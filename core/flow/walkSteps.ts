import { isRetryable } from '../errors.ts';
import type { StepHistory } from '../history/stepHistory.ts';
import type { FlowRecord } from '../ports.ts';
import type { WalkSteps } from './compiledFlow.ts';
import type { CompiledSteps, FlowUnit } from './flowUnit.ts';
import { beginRead } from './MessagesRun.ts';
import { type RunningStep, StepRun } from './runSteps.ts';

/** What a flow says of it. */
export const walked = (
  unit: FlowUnit,
  steps: CompiledSteps,
): { walk: WalkSteps; history: StepHistory | undefined } => ({
  walk: walkOf(unit, steps),
  history: unit.flow.history,
});

/** Up to the first stage, behind which other payloads are. A step that cannot be asked now ends it. */
function walkOf(unit: FlowUnit, { make, borders }: CompiledSteps): WalkSteps {
  const { turns } = unit.context;
  return async function* walk(read, facts) {
    let records = read.map((one) => beginRead(one, facts));
    for (const [index, running] of make().slice(0, borders[0]?.index).entries()) {
      const { name } = unit.flow.steps[index]!;
      const at = unit.yaml.placeOf(['steps', index, name], true);
      const given = await through(running, records, turns);
      yield { step: name, at, records: given };
      if (given.some(({ faults }) => faults?.some(isRetryable))) return;
      records = given;
    }
  };
}

async function through(
  running: RunningStep,
  records: FlowRecord[],
  turns: FlowUnit['context']['turns'],
): Promise<FlowRecord[]> {
  const run = new StepRun([running], turns);
  const given = await run.push(records);
  return [...given, ...(await run.flush())];
}
