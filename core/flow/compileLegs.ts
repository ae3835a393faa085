/** A flow with stages is run in legs: up to each of them, and behind the last to its targets. */
import { faultOf, formatPlace, StockbusError } from '../errors.ts';
import type { FlowRecord, SourceRecord, StepPlace } from '../ports.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import { type LeftRecord, leavingFormat } from '../stages/leavingPayload.ts';
import { stageQueue } from '../stages/stageQueue.ts';
import { beginLeft } from './beginLeft.ts';
import { isEmpty } from './canonicalField.ts';
import type { FlowStage, InboundFlow, InboundRun, StageAwaits } from './compiledFlow.ts';
import { variablesOf } from './expression/compileExpression.ts';
import type { ReadField } from './FieldWatch.ts';
import type { Border, CompiledSteps, FlowUnit } from './flowUnit.ts';
import { HandingRun } from './HandingRun.ts';
import { beginRead } from './MessagesRun.ts';
import { StagedSteps } from './StagedSteps.ts';
import { stageKey } from './stageStep.ts';
import { ToStage } from './ToStage.ts';

/** The last leg: steps to the targets. */
export type LastRun = (steps: StagedSteps, begin: (read: SourceRecord) => FlowRecord) => InboundRun;

/** Of a flow whose steps have stages: its own run ends at the first of them. */
export function withLegs(
  unit: FlowUnit,
  flow: InboundFlow,
  steps: CompiledSteps,
  parts: { last: LastRun; wanted(fields: ReadField[]): ReadField[] },
): InboundFlow {
  const { borders, sources } = steps;
  const begin = (read: SourceRecord): FlowRecord => beginLeft(read as LeftRecord, sources);
  const stagedSteps = (from: number, until: number | undefined, spool: SpoolFolder) =>
    new StagedSteps(steps.make().slice(from, until), unit.context.turns, spool, sources);
  const names = namesOf(unit, flow.source, borders);
  const stages = borders.map((border, position): FlowStage => {
    const next = borders[position + 1];
    const from = border.index + 1;
    const makeRun: InboundFlow['makeRun'] = (spool) => {
      if (!next) return parts.last(stagedSteps(from, undefined, spool), begin);
      const queue = stageQueue(names[position + 1]!);
      const through = stagedSteps(from, next.index + 1, spool);
      return new HandingRun({ steps: through, hand: new ToStage(queue), begin, wanted: () => [] });
    };
    // A payload has been judged as a whole before any of it came here.
    const { stopAt: _, ...rest } = flow;
    const leg = { ...rest, read: leavingFormat, readsOfPayload: new Set<string>(), makeRun };
    return stageOf(unit, border, names[position]!, leg);
  });
  const [first] = borders as [Border];
  const makeRun: InboundFlow['makeRun'] = (spool, facts) => {
    const payload = flow.readsOfPayload.size > 0 ? facts : undefined;
    const through = steps.make().slice(0, first.index + 1);
    return new HandingRun({
      steps: new StagedSteps(through, unit.context.turns, spool, sources, payload),
      hand: new ToStage(stages[0]!.queue),
      begin: (read) => beginRead(read, payload),
      wanted: parts.wanted,
    });
  };
  return { ...flow, stages, makeRun };
}

/**
 * By what they are, not by where they stand: what waits is found again whatever is put before it. They begin with the source of
 * their flow, which stays when that is renamed.
 */
function namesOf(unit: FlowUnit, source: string, borders: readonly Border[]): string[] {
  const names = borders.map(({ spec, options }) => {
    const called = spec.called(options);
    return called === undefined ? spec.name : `${spec.name}-${called}`;
  });
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first < index) refuseTaken(unit, name, borders[index]!.place, borders[first]!.place);
  }
  return names.map((name) => `${source}/${name}`);
}

function refuseTaken({ report, yaml }: FlowUnit, name: string, at: StepPlace, other: StepPlace) {
  const { line } = yaml.placeOf(other.path, true);
  const message = `the step in line ${line} is '${name}' too, and what waits in either would be taken for the other's`;
  const todo = "write 'name: …' in the one that is new: the other keeps what waits in it";
  report({ path: at.path, onKey: true, code: 'STAGE_NAME_TAKEN', message, todo });
}

function stageOf(
  unit: FlowUnit,
  { spec, options, place }: Border,
  name: string,
  leg: InboundFlow,
): FlowStage {
  return {
    name,
    queue: stageQueue(name),
    at: unit.yaml.placeOf(place.path, true),
    stage: spec.make(options, place),
    isKeyed: 'key' in spec.inputs(options, place),
    awaits: awaitsOf(unit, { spec, options, place }),
    leg,
  };
}

function awaitsOf(
  unit: FlowUnit,
  { spec, options, place }: Omit<Border, 'index'>,
): StageAwaits | undefined {
  const awaits = spec.awaits?.(options);
  if (!awaits) return undefined;
  const { flows, match } = awaits;
  const at = unit.yaml.placeOf(place.path);
  if (match === undefined) return { flows, at, match: ({ id }) => id };
  const path = [...place.path, 'match'];
  const compiled = unit.expression(match, path, variablesOf.outbound);
  const what = `'match' of ${spec.name}`;
  const where = formatPlace(unit.yaml.placeOf(path));
  return {
    flows,
    at,
    match: async ({ data, record }) => {
      try {
        const value = await compiled?.evaluate({ value: data, source: data, record });
        return isEmpty(value) ? undefined : stageKey(value, what);
      } catch (error) {
        const { code, message, todo } = faultOf(error);
        const said = `${message} (${what} at ${where})`;
        throw new StockbusError(code, said, undefined, { cause: error, ...(todo ? { todo } : {}) });
      }
    },
  };
}
