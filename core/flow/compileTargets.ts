/** Where the records of a flow into stock go: the messages that each is made into. */
import { StockbusError } from '../errors.ts';
import type { Expression, Input, RecordValue, Shape } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import { listOf } from '../steps/listOf.ts';
import { mappingInputs, withMapping } from '../steps/mapping.ts';
import { type CompiledKey, compileKey } from './compileKey.ts';
import { lintKnownValues } from './constantOrField.ts';
import type { ToEnd, ToRoute } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import { StepReads } from './FieldWatch.ts';
import { compileFinalize } from './finalize.ts';
import { type CompiledSteps, type FlowUnit, inputCompiler } from './flowUnit.ts';
import { IdentifierPlaces } from './IdentifierPlaces.ts';
import { lintKeys, lintReach } from './lintRoutes.ts';
import { lintTargets } from './lintTargets.ts';
import type { CompiledTarget, MakeDrafts } from './MessagesRun.ts';
import { type MessageShape, optionalLists, sharedNames } from './messageShape.ts';
import type { Draft } from './recordKey.ts';
import type { SourceFields } from './sourceFields.ts';
import { compileInputs } from './stepInputs.ts';
import { knownFields, unknownShape } from './stepShapes.ts';

type Routes = Extract<ToEnd, { form: 'message' }>;

export interface CompiledTargets {
  targets: CompiledTarget[];
  /** Of targets that have none of their own. */
  key: CompiledKey | undefined;
  /** What those make that have a map. */
  mapped: { made: Shape; shape: MessageShape }[];
  /** False where a key is missing or cannot be read, which was reported. */
  isWhole: boolean;
}

export function compileTargets(
  unit: FlowUnit,
  { routes }: Routes,
  steps: CompiledSteps,
  reads: SourceFields,
): CompiledTargets {
  const mapped: CompiledTargets['mapped'] = [];
  lintReach(unit, routes);
  lintKeys(unit, routes);
  const key = defaultKey(unit, routes, steps, reads);
  let isWhole = true;
  const targets = routes.map((route, index): CompiledTarget => {
    const shape = unit.context.shapes.get(route.type)!;
    const when = compileWhen(unit, route, ['to', index, 'when'], steps, reads);
    const { made, make } = compileMake(unit, route, ['to', index], shape, { steps, reads });
    const own = route.key === undefined ? key : ownKey(unit, route, index, made, { steps, reads });
    if (!own) isWhole = false;
    if (route.map) mapped.push({ made, shape });
    const validate = unit.context.ajv.getSchema(route.type)!;
    const finalize = compileFinalize(
      shape,
      validate,
      unit.context.checks,
      made.fields.has('lines'),
    );
    return { type: shape.type, when, make, key: own!, finalize };
  });
  return { targets, key, mapped, isWhole };
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

interface Around {
  steps: CompiledSteps;
  reads: SourceFields;
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
    reads,
  );
}

function compileWhen(
  unit: FlowUnit,
  { when }: ToRoute,
  path: Path,
  { shape: made, clock, sources }: CompiledSteps,
  reads: SourceFields,
): Expression | undefined {
  if (when === undefined) return undefined;
  const test = unit.expression(when, path, variablesOf.inbound, knownFields(made), 'test');
  if (!test) return undefined;
  const ast = unit.lets.putIn(test.ast, 'source');
  reads.inRecord(ast, path, made);
  clock.refuseTest(ast, { path }, made, unit.report);
  sources.see(ast, path, made, unit.report);
  return test.evaluate;
}

/** What a target makes of a record, and what is then known of it: without `each` and `map`, the record as it is. */
function compileMake(
  unit: FlowUnit,
  { each, map }: ToRoute,
  path: Path,
  shape: MessageShape,
  { steps, reads }: Around,
): { made: Shape; make: MakeDrafts | undefined } {
  const before = steps.shape;
  if (each === undefined && map === undefined) return { made: before, make: undefined };
  const made =
    map === undefined ? unknownShape(before) : mappedShape(before, map, [...path, 'map']);
  steps.clock.follow(made);
  const compile = inputCompiler(unit, variablesOf.inbound, {
    ...{ shape: before, reads, clock: steps.clock, asked: steps.asked, sources: steps.sources },
    names: new IdentifierPlaces(made, [shape]),
    fields: new StepReads(),
  });
  if (map === undefined) {
    const list = compile.expression(each!, { path: [...path, 'each'] }, 'value');
    return { made, make: async (scope) => elementsOf(await list.evaluate(scope)) };
  }
  lintTargets(made, [shape], unit.report);
  lintKnownValues(unit, made, [shape]);
  const target = {
    line: new Set(shape.lines?.names),
    shared: new Set(sharedNames(shape)),
    optional: new Set(optionalLists(shape)),
  };
  const place = { path: [...path, 'map'], target, report: unit.report };
  const fields = mappingInputs(map, place);
  const input: Input =
    each === undefined
      ? { fields }
      : {
          each: { expression: each, path: [...path, 'each'] },
          of: fields,
          field: 'each',
          mayLack: true,
        };
  const inputs = compileInputs({ made: input }, compile);
  const make: MakeDrafts = async (scope, faults) => {
    const values = (await inputs.evaluate(scope, faults)).made;
    if (each === undefined) return [{ value: values as RecordValue }];
    return ((values ?? []) as RecordValue[]).map((value, index) => ({ value, index }));
  };
  return { made, make };
}

function mappedShape(
  { whole, gathered }: Shape,
  map: NonNullable<ToRoute['map']>,
  path: Path,
): Shape {
  return {
    ...withMapping({ fields: new Map(), lists: new Map() }, map, path),
    of: 'the record of the target',
    others: 'none',
    madeAt: path,
    whole,
    ...(gathered ? { gathered } : {}),
  };
}

function elementsOf(list: unknown): Draft[] {
  return listOf(list).map((value, index) => {
    if (isObject(value)) return { value, index };
    const message = `element ${index + 1} of 'each' has no fields`;
    throw new StockbusError('RECORD_INVALID', message, undefined, { todo: 'Give it a map.' });
  });
}
