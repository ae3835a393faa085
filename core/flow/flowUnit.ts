/** One flow on its way through the compiler, and what all directions compile alike. */
import type { Ajv } from 'ajv';
import type {
  ListStep,
  LookupTable,
  NamedStep,
  Shape,
  StageSpec,
  StageTools,
  StepPlace,
  StepTools,
} from '../ports.ts';
import { type FaultSink, type Path, raw, suggestion, type Value } from '../spec.ts';
import { ClockFields } from './ClockFields.ts';
import type { MessageChecks } from './checkMessage.ts';
import type { Endpoint } from './compiledFlow.ts';
import type { ConnectorEnd } from './connectorEnd.ts';
import { lintKnownValues, quotedWord } from './constantOrField.ts';
import { type CompiledExpression, variablesOf } from './expression/compileExpression.ts';
import type { ExpressionForm } from './expression/expressionForm.ts';
import type { FunctionContext } from './expression/functions.ts';
import type { Variables } from './expression/variables.ts';
import { AskedFields, type ListPlace, StepReads } from './FieldWatch.ts';
import type { FlowFields } from './flowFields.ts';
import { GatheredSource } from './GatheredSource.ts';
import type { HubConfig } from './hubConfig.ts';
import type { HubParts } from './hubParts.ts';
import { IdentifierPlaces } from './IdentifierPlaces.ts';
import type { LetNames } from './LetNames.ts';
import { lintLists } from './lintLists.ts';
import { lintTargets } from './lintTargets.ts';
import { compileListSteps, type StepMaker } from './listSteps.ts';
import { type MessageShape, optionalLists, sharedNames } from './messageShape.ts';
import { needOf } from './needOf.ts';
import type { OwnFunctions } from './OwnFunctions.ts';
import { reportConnector } from './reportConnector.ts';
import type { RunningStep } from './runSteps.ts';
import type { SourceFields } from './sourceFields.ts';
import { isStageStep } from './stageStep.ts';
import { type CompileInput, compileInputs, type InputCompiler } from './stepInputs.ts';
import {
  type KnownFields,
  knownElements,
  knownFields,
  payloadShape,
  unknownShape,
} from './stepShapes.ts';
import type { Fragment } from './usedFragments.ts';
import type { YamlFile } from './yamlFile.ts';

/** A flow file as its fields were read. */
export type ReadFlow = { [Name in keyof FlowFields]: Value<FlowFields[Name]> } & { flow: string };

/** What flows are compiled against: everything beside the flow itself. */
export interface CompileContext extends FunctionContext {
  parts: HubParts;
  connectors: HubConfig['connectors'];
  shapes: ReadonlyMap<string, MessageShape>;
  fragments: ReadonlyMap<string, Fragment>;
  /** What is known of the records that are handed to a flow, by its name; filled by those before it. */
  handed: Map<string, HandedShape[]>;
  /** What a flow gives to those that await it, by its name; filled by those before it. */
  awaited: Map<string, Shape>;
  ajv: Ajv;
  checks: MessageChecks;
}

/** One flow on its way through the compiler. */
export interface FlowUnit {
  yaml: YamlFile;
  flow: ReadFlow;
  context: CompileContext;
  report: FaultSink;
  /** What of `$payload` its expressions read, as far as they are compiled. */
  readsOfPayload: Set<string>;
  /** By name the kinds of connectors that its steps ask. */
  asks: Map<string, string>;
  /** The functions of its own. */
  functions: OwnFunctions;
  /** The names of its own. */
  lets: LetNames;
  /** Compiles an expression of the flow, in which its own names are known; its faults are reported with their column. */
  expression(
    text: string,
    path: Path,
    variables: Variables,
    known?: KnownFields,
    form?: ExpressionForm,
  ): CompiledExpression | undefined;
}

/** Whether records come in: those of a flow that cannot be read are taken for such. */
export const isIntoStock = ({ from, to }: Partial<ReadFlow>): boolean =>
  from ? from.form === 'connector' || from.form === 'flow' : to?.form === 'targets';

/** Fields that only one direction has. */
export function refuseFields(
  unit: FlowUnit,
  names: readonly (keyof ReadFlow)[],
  why: string,
): void {
  const given = unit.yaml.value as Record<string, unknown>;
  for (const name of names) {
    if (given[name] === undefined) continue;
    unit.report({
      path: [name],
      onKey: true,
      code: 'CONFIG_BAD_VALUE',
      message: `'${name}' has no meaning in ${why}`,
      todo: 'remove it',
    });
  }
}

export function resolveEndpoint(
  unit: FlowUnit,
  end: ConnectorEnd,
  side: 'from' | 'to',
  at: Path = [side],
): Endpoint {
  const { spec, connector, options } = end;
  const endpoint = { kind: spec.name, connector, spec, config: undefined as unknown, options };
  if (connector === undefined) {
    if (side === 'to' || spec.name !== 'http') {
      const message = `'${side}' names no connector of the kind ${spec.name}`;
      unit.report({ path: at, code: 'FLOW_UNKNOWN_CONNECTOR', message });
    }
    return endpoint;
  }
  const entry = unit.context.connectors[connector];
  if (entry?.kind === spec.name) return { ...endpoint, config: entry.config };
  const { connectors } = unit.context;
  reportConnector(connectors, unit.report, [...at, spec.name], { kind: spec.name, connector });
  return endpoint;
}

const unknownTable: LookupTable = { name: '', columns: [], rows: new Map() };

/** Stands for a step whose options cannot be read: nothing is known of the records after it. */
export const unreadableStep: NamedStep = {
  name: 'unreadable',
  options: undefined,
  spec: {
    name: 'unreadable',
    about: '',
    options: raw('', '', {}),
    examples: [],
    shape: (_options, before) => unknownShape(before),
    inputs: () => ({}),
    make: () => () => ({ push: (record, _values, emit) => emit(record) }),
  },
};

/** What the steps of a flow were compiled to. */
export interface CompiledSteps {
  /** New ones for each payload. */
  make(): RunningStep[];
  /** What is known of the records after the last. */
  shape: Shape;
  /** Fields that any of them gives, each with its place. */
  given: ReadonlyMap<string, Path | undefined>;
  /** Those that hold the time of the hub. */
  clock: ClockFields;
  /** Fields of the payload that may be missing. */
  asked: AskedFields;
  /** What is read of `$source` after rows were gathered. */
  sources: GatheredSource;
  /** Those of them that are stages, in their order. */
  borders: Border[];
}

/** What one flow hands to another. */
export interface HandedShape {
  shape: Shape;
  /** By its field, what the world or the clock gave of it. */
  given: ReturnType<ClockFields['givenIn']>;
}

/** A stage among the steps. */
export interface Border {
  /** Its place among them. */
  index: number;
  spec: StageSpec;
  options: unknown;
  place: StepPlace;
}

/** What the steps work on. */
interface Records {
  coming?: Shape;
  reads?: SourceFields;
  /** Those of the shapes whose fields the steps fill, and no map of a target does. */
  filled?: readonly MessageShape[];
}

export function compileSteps(
  unit: FlowUnit,
  variables: Variables,
  shapes: readonly MessageShape[],
  { coming = payloadShape, reads, filled = shapes }: Records = {},
): CompiledSteps {
  const target = {
    shared: new Set(shapes.flatMap(sharedNames)),
    line: new Set(shapes.flatMap(({ lines }) => [...(lines?.names ?? [])])),
    optional: new Set(optionalLists(shapes)),
  };
  let shape = coming;
  const given = new Map<string, Path | undefined>();
  const clock = new ClockFields();
  clock.follow(coming);
  const steps = unit.flow.steps.map(({ name, spec, options }, index) => {
    const place: StepPlace = { path: ['steps', index, name], target, report: unit.report };
    const before = shape;
    const awaited = isStageStep(spec) ? awaitedShapes(spec.stage.awaits?.(options), unit) : [];
    const told: StepPlace | StageTools = awaited.length > 0 ? { ...place, awaited } : place;
    shape = spec.shape(options, before, told);
    // Those that came with the record have no place.
    for (const [field, at] of shape.fields) if (at) given.set(field, at);
    clock.follow(shape);
    return { name, spec, options, place, before };
  });
  const names = new IdentifierPlaces(shape, filled);
  const asked = new AskedFields();
  const sources = new GatheredSource();
  const makers = steps.map(({ before, ...step }) => {
    const fields = new StepReads();
    const seen = { shape: before, reads, clock, names, fields, asked, sources };
    const make = compileStep(unit, step, inputCompiler(unit, variables, seen));
    return (): RunningStep => ({ ...make(), ...(reads ? { watch: fields.watch() } : {}) });
  });
  if (filled.length > 0) lintTargets(shape, filled, unit.report);
  lintLists(unit, shape, filled);
  lintKnownValues(unit, shape, filled);
  const borders = steps.flatMap(({ spec, options, place }, index) =>
    isStageStep(spec) ? [{ index, spec: spec.stage, options, place }] : [],
  );
  if (!reads) refuseStages(unit, borders);
  const make = () => makers.map((make) => make());
  return { make, shape, given, clock, asked, sources, borders };
}

function awaitedShapes(awaits: { flows: readonly string[] } | undefined, unit: FlowUnit): Shape[] {
  const shapes = awaits?.flows.map((name) => unit.context.awaited.get(name)) ?? [];
  return shapes.includes(undefined) ? [] : (shapes as Shape[]);
}

/** What goes out waits in the queue of its sink. */
function refuseStages({ report }: FlowUnit, borders: readonly Border[]): void {
  for (const { spec, place } of borders) {
    const message = `'${spec.name}' can stand in flows that take payloads in, and in no others`;
    report({ path: place.path, onKey: true, code: 'CONFIG_BAD_VALUE', message, todo: 'remove it' });
  }
}

/** `list`: over whose elements it works, where it does not stand in the flow itself. */
function compileStep(
  unit: FlowUnit,
  { spec, options, place }: ListStep,
  compile: InputCompiler,
  list?: ListPlace,
): StepMaker {
  const inputs = compileInputs(spec.inputs(options, place), compile, list);
  const need = needOf(unit, spec.needs?.(options), place.path);
  const make = spec.make(options, { ...place, table: tableOf(unit) });
  const { watch } = unit.context.parts.view ?? {};
  const watched = watch?.step(unit.yaml.placeOf(place.path, true), spec.name);
  const maker = (): RunningStep => ({ step: watched ? watched(make()) : make(), inputs, need });
  return Object.assign(maker, { asks: need !== undefined || inputs.asks });
}

/** What is known where an expression is compiled, and what sees it. */
interface Seen {
  shape: Shape;
  reads: SourceFields | undefined;
  clock: ClockFields;
  names: IdentifierPlaces;
  fields: StepReads;
  asked: AskedFields;
  sources: GatheredSource;
  /** Where a list stands of which each element becomes a message. */
  messagesOf?: string;
}

/** Expressions over records of this shape, and over elements of their lists. */
export function inputCompiler(unit: FlowUnit, variables: Variables, seen: Seen): InputCompiler {
  const { shape, reads, clock, names, fields, asked, sources, messagesOf } = seen;
  const intoStock = isIntoStock(unit.flow);
  const expression: CompileInput = (text, place, form) => {
    const { path, list, field } = place;
    const inner = list !== undefined;
    const all = inner ? { ...variables, ...variablesOf.inner } : variables;
    const known = list ? knownElements(shape, list) : knownFields(shape);
    const made = form === 'value' && names.has(place) ? 'name' : form;
    const compiled = unit.expression(text, path, all, known, made);
    if (compiled) {
      const ast = unit.lets.putIn(compiled.ast, 'source');
      reads?.inRecord(ast, path, shape, inner);
      asked.see(ast);
      if (intoStock) sources.see(ast, path, shape, unit.report);
      if (form !== 'test')
        fields.see(shape.whole ? ast : compiled.ast, list, shape, unit.yaml.placeOf(path));
      if (form !== 'test') clock.see(ast, place, shape, intoStock ? unit.report : undefined);
      else if (intoStock) clock.refuseTest(ast, place, shape, unit.report);
      if (messagesOf === path.join('/')) clock.refuseChoice(ast, path, shape, unit.report);
    }
    const meant =
      compiled && field !== undefined && quotedWord(text, compiled.ast, unit.yaml.isQuoted(path));
    if (meant) unit.report({ path, ...meant });
    return compiled ?? { evaluate: () => undefined, wait: false, mayWait: false };
  };
  const compiler: InputCompiler = {
    expression,
    stepsOf: ({ each, steps }, around) =>
      steps &&
      compileListSteps(steps, {
        list: each,
        shape: around?.elements ?? shape,
        clock,
        turns: unit.context.turns,
        compileStep: (step, list) => compileStep(unit, step, compiler, list),
      }),
  };
  return compiler;
}

const tableOf =
  ({ context, report }: FlowUnit): StepTools['table'] =>
  (name, path) => {
    const table = context.tables.get(name);
    if (table) return table;
    const todo =
      context.tables.size > 0
        ? suggestion(name, [...context.tables.keys()])
        : `add config/tables/${name}.csv`;
    report({ path, code: 'FLOW_UNKNOWN_TABLE', message: `there is no table '${name}'`, todo });
    return unknownTable;
  };
