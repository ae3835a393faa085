/** What a target takes of the records after the steps, and what it makes of them. */
import { StockbusError } from '../errors.ts';
import type { Expression, Input, RecordValue, Shape } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import { listOf } from '../steps/listOf.ts';
import { mappingInputs, withMapping } from '../steps/mapping.ts';
import { lintKnownValues } from './constantOrField.ts';
import type { Variables } from './expression/variables.ts';
import { StepReads } from './FieldWatch.ts';
import { type CompiledSteps, type FlowUnit, inputCompiler } from './flowUnit.ts';
import { IdentifierPlaces } from './IdentifierPlaces.ts';
import { lintLists } from './lintLists.ts';
import { lintTargets } from './lintTargets.ts';
import type { MakeDrafts } from './madeOf.ts';
import { type MessageShape, optionalLists, sharedNames } from './messageShape.ts';
import type { Draft } from './recordKey.ts';
import type { SourceFields } from './sourceFields.ts';
import { compileInputs } from './stepInputs.ts';
import { knownFields, unknownShape } from './stepShapes.ts';
import type { TargetWords } from './targetFields.ts';

/** What stands around a target. */
export interface Around {
  steps: CompiledSteps;
  /** Of flows into stock. */
  reads?: SourceFields | undefined;
  variables: Variables;
  /** Whether it chooses between messages that have keys of their own. */
  hasOwnKeys?: boolean;
}

export function compileWhen(
  unit: FlowUnit,
  { when }: TargetWords,
  path: Path,
  { steps: { shape: made, clock, sources }, reads, variables, hasOwnKeys = false }: Around,
): Expression | undefined {
  if (when === undefined) return undefined;
  const test = unit.expression(when, path, variables, knownFields(made), 'test');
  if (!test) return undefined;
  if (!reads) return test.evaluate;
  const ast = unit.lets.putIn(test.ast, 'source');
  reads.inRecord(ast, path, made);
  if (hasOwnKeys) clock.refuseChoice(ast, path, made, unit.report);
  else clock.refuseTest(ast, { path }, made, unit.report);
  sources.see(ast, path, made, unit.report);
  return test.evaluate;
}

/**
 * What a target makes of a record, and what is then known of it: without `each` and `map`, the record as it
 * is. `shape` is that of the message, where it is one.
 */
export function compileMake(
  unit: FlowUnit,
  { each, map }: TargetWords,
  path: Path,
  shape: MessageShape | undefined,
  { steps, reads, variables }: Around,
): { made: Shape; make: MakeDrafts | undefined; fields: StepReads } {
  const before = steps.shape;
  const fields = new StepReads();
  if (each === undefined && map === undefined) return { made: before, make: undefined, fields };
  const made =
    map === undefined ? unknownShape(before) : mappedShape(before, map, [...path, 'map']);
  steps.clock.follow(made);
  const shapes = shape ? [shape] : [];
  const compile = inputCompiler(unit, variables, {
    ...{ shape: before, reads, clock: steps.clock, asked: steps.asked, sources: steps.sources },
    names: new IdentifierPlaces(made, shapes),
    fields,
    ...(shape ? { messagesOf: [...path, 'each'].join('/') } : {}),
  });
  if (map === undefined) {
    const list = compile.expression(each!, { path: [...path, 'each'] }, 'value');
    const make: MakeDrafts = async (record, _faults, watch) => {
      watch?.see(record);
      return elementsOf(await list.evaluate(record));
    };
    return { made, make, fields };
  }
  if (shape) {
    lintTargets(made, shapes, unit.report);
    lintLists(unit, made, shapes);
    lintKnownValues(unit, made, shapes);
  }
  const target = {
    line: new Set(shape?.lines?.names),
    shared: new Set(shape ? sharedNames(shape) : []),
    optional: new Set(shape ? optionalLists([shape]) : []),
  };
  const place = { path: [...path, 'map'], target, report: unit.report };
  const values = mappingInputs(map, place);
  const input: Input =
    each === undefined
      ? { fields: values }
      : {
          each: { expression: each, path: [...path, 'each'] },
          of: values,
          field: 'each',
          mayLack: true,
        };
  const inputs = compileInputs({ made: input }, compile);
  const make: MakeDrafts = async (record, faults, watch) => {
    watch?.see(record);
    const { made: given } = await inputs.evaluate(record, faults, watch);
    if (each === undefined) return [{ value: given as RecordValue }];
    return ((given ?? []) as RecordValue[]).map((value, index) => ({ value, index }));
  };
  make.asks = inputs.asks;
  return { made, make, fields };
}

function mappedShape(
  { whole, gathered }: Shape,
  map: NonNullable<TargetWords['map']>,
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
