/** Where the records of a flow into stock go: what each is made into. */

import type { Place } from '../errors.ts';
import type { CommandType } from '../message.ts';
import type { Shape } from '../ports.ts';
import type { Path } from '../spec.ts';
import type { FlowSink } from './compiledFlow.ts';
import { type CompiledKey, compileKey } from './compileKey.ts';
import { type Around, compileMake, compileWhen } from './compileMake.ts';
import { compileSink, sinkNames } from './compileSink.ts';
import { variablesOf } from './expression/compileExpression.ts';
import { compileFinalize, type Finalize } from './finalize.ts';
import type { CompiledSteps, FlowUnit } from './flowUnit.ts';
import { givesNothing } from './givesNothing.ts';
import { lintKeys, lintReach } from './lintRoutes.ts';
import type { CompiledTarget, MessageTarget } from './madeOf.ts';
import type { MessageShape } from './messageShape.ts';
import type { SourceFields } from './sourceFields.ts';
import {
  isRoute,
  isSink,
  type ToFlow,
  type ToRoute,
  type ToSink,
  type ToTarget,
} from './targetFields.ts';

export interface CompiledTargets {
  targets: CompiledTarget[];
  types: CommandType[];
  sinks: FlowSink[];
  /** Flows that take records over, each with its place. */
  handsTo: Map<string, Place>;
  /** Of targets that have none of their own. */
  key: CompiledKey | undefined;
  /** What those make that have a map. */
  mapped: { made: Shape; shape: MessageShape }[];
  /** False where a key or a format is missing or cannot be read, which was reported. */
  isWhole: boolean;
}

export function compileTargets(
  unit: FlowUnit,
  targets: readonly ToTarget[],
  steps: CompiledSteps,
  reads: SourceFields,
): CompiledTargets {
  lintReach(unit, targets);
  lintKeys(unit, targets);
  const hasOwnKeys = targets.some((target) => isRoute(target) && target.key !== undefined);
  const around = { steps, reads, variables: variablesOf.inbound, hasOwnKeys };
  const all: CompiledTargets = {
    ...{ targets: [], types: [], sinks: [], handsTo: new Map(), mapped: [], isWhole: true },
    key: defaultKey(unit, targets.filter(isRoute), steps, reads),
  };
  const names = sinkNames(unit, targets, false);
  for (const [index, target] of targets.entries()) {
    if (isRoute(target)) addMessage(unit, target, index, around, all);
    else if (!isSink(target)) addFlow(unit, target, index, around, all);
    else addSink(unit, target, { index, name: names.get(index) }, around, all);
  }
  for (const { made } of all.mapped) steps.clock.tellBooks(made, unit.report);
  const isAsItIs = targets.some((one) => isRoute(one) && (one.each ?? one.map) === undefined);
  if (isAsItIs) steps.clock.tellBooks(steps.shape, unit.report);
  return { ...all, types: [...new Set(all.types)] };
}

function addMessage(
  unit: FlowUnit,
  route: ToRoute,
  index: number,
  around: Around,
  all: CompiledTargets,
): void {
  const shape = unit.context.shapes.get(route.type)!;
  const path = ['to', index];
  const when = compileWhen(unit, route, [...path, 'when'], around);
  const { made, make, fields } = compileMake(unit, route, path, shape, around);
  const key = route.key === undefined ? all.key : ownKey(unit, route, index, made, around);
  if (!key) all.isWhole = false;
  if (route.map) all.mapped.push({ made, shape });
  const { ajv, checks } = unit.context;
  const validator = () => ajv.getSchema(route.type)!;
  const makesLines = made.fields.has('lines');
  const explained = givesNothing(made, unit.yaml);
  const final = compileFinalize(shape, validator, checks, { makesLines, explained });
  const finalize = watchedFinalize(unit, route, path, final);
  const target: MessageTarget = {
    type: shape.type,
    when,
    make,
    reads: fields,
    key: key!,
    finalize,
  };
  all.targets.push(target);
  all.types.push(shape.type);
}

/** Of several targets of one type, each is to be seen to make something. */
function watchedFinalize(
  { context, flow, yaml }: FlowUnit,
  { type }: ToRoute,
  path: Path,
  finalize: Finalize,
): Finalize {
  const { watch } = context.parts.view ?? {};
  const alike = flow.to.form === 'targets' ? flow.to.targets.filter(isRoute) : [];
  if (!watch || alike.filter((one) => one.type === type).length < 2) return finalize;
  const reach = watch.target(yaml.placeOf(path), type);
  return (value) => {
    const final = finalize(value);
    if ('data' in final) reach();
    return final;
  };
}

function addSink(
  unit: FlowUnit,
  target: ToSink,
  { index, name }: { index: number; name: string | undefined },
  around: Around,
  all: CompiledTargets,
): void {
  const path = ['to', index];
  const when = compileWhen(unit, target, [...path, 'when'], { ...around, hasOwnKeys: false });
  const { make, fields } = compileMake(unit, target, path, undefined, around);
  const sink = compileSink(unit, target, path, name);
  if (!sink) {
    all.isWhole = false;
    return;
  }
  all.targets.push({ name: name ?? sink.flow, queue: sink.queue, when, make, reads: fields });
  all.sinks.push(sink);
}

function addFlow(
  unit: FlowUnit,
  target: ToFlow,
  index: number,
  around: Around,
  all: CompiledTargets,
): void {
  const path = ['to', index];
  const when = compileWhen(unit, target, [...path, 'when'], { ...around, hasOwnKeys: false });
  const { made, make, fields } = compileMake(unit, target, path, undefined, around);
  const { flow } = target.to;
  const { handed } = unit.context;
  const given = around.steps.clock.givenIn(made);
  handed.set(flow, [...(handed.get(flow) ?? []), { shape: made, given }]);
  all.targets.push({ flow, when, make, reads: fields });
  all.handsTo.set(flow, unit.yaml.placeOf([...path, 'to', 'flow']));
}

function defaultKey(
  unit: FlowUnit,
  routes: readonly ToRoute[],
  steps: CompiledSteps,
  reads: SourceFields,
): CompiledKey | undefined {
  const text = unit.flow.key;
  if (text !== undefined)
    return compileKey(unit, { text, path: ['key'], variables: variablesOf.key }, steps, reads);
  if (routes.every((route) => route.key !== undefined)) return undefined;
  const message = "the flow has no 'key'";
  unit.report({ path: ['to'], onKey: true, code: 'FLOW_MISSING_KEY', message });
  return undefined;
}

function ownKey(
  unit: FlowUnit,
  { key, each }: ToRoute,
  index: number,
  shape: Shape,
  { steps, reads }: Around,
): CompiledKey | undefined {
  const place = each === undefined ? {} : { index: variablesOf.inner.index };
  const variables = { ...variablesOf.key, ...place };
  return compileKey(
    unit,
    { text: key!, path: ['to', index, 'key'], variables },
    { ...steps, shape },
    reads!,
  );
}
