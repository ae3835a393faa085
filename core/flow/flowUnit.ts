/** One flow on its way through the compiler, and what all directions compile alike. */
import type { Ajv } from 'ajv';
import type { LookupTable, StepSpec, StepTools } from '../ports.ts';
import { type FaultSink, isObject, type Path, raw, suggestion, type Value } from '../spec.ts';
import type { Endpoint } from './compiledFlow.ts';
import type { ToEnd } from './endFields.ts';
import type { Variables } from './expression/closures.ts';
import { type CompiledExpression, variablesOf } from './expression/compileExpression.ts';
import type { FunctionContext } from './expression/functions.ts';
import type { FlowFields, Named } from './flowFields.ts';
import type { HubConfig } from './hubConfig.ts';
import type { HubParts } from './hubParts.ts';
import { lintTargets } from './lintTargets.ts';
import { type MessageShape, optionalLists, sharedNames } from './messageShape.ts';
import type { SourceFields } from './sourceFields.ts';
import type { YamlFile } from './yamlFile.ts';

/** A flow file as its fields were read. */
export type ReadFlow = { [Name in keyof FlowFields]: Value<FlowFields[Name]> };

/** What flows are compiled against: everything beside the flow itself. */
export interface CompileContext extends FunctionContext {
  parts: HubParts;
  connectors: HubConfig['connectors'];
  shapes: ReadonlyMap<string, MessageShape>;
  ajv: Ajv;
}

/** One flow on its way through the compiler. */
export interface FlowUnit {
  yaml: YamlFile;
  flow: ReadFlow;
  context: CompileContext;
  report: FaultSink;
  /** Compiles an expression of the flow; its faults are reported with their column. */
  expression(
    text: string,
    path: Path,
    variables: Variables,
    known?: KnownFields,
  ): CompiledExpression | undefined;
}

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
  end: Extract<ToEnd, { form: 'connector' }>,
  side: 'from' | 'to',
): Endpoint {
  const { spec, connector, options } = end;
  const endpoint = { kind: spec.name, connector, spec, config: undefined as unknown, options };
  if (connector === undefined) {
    if (side === 'to' || spec.name !== 'http') {
      const message = `'${side}' names no connector of the kind ${spec.name}`;
      unit.report({ path: [side], code: 'FLOW_UNKNOWN_CONNECTOR', message });
    }
    return endpoint;
  }
  const entry = unit.context.connectors[connector];
  const path = [side, spec.name];
  if (entry?.kind === spec.name) return { ...endpoint, config: entry.config };
  const known = Object.entries(unit.context.connectors)
    .filter(([, one]) => one.kind === spec.name)
    .map(([name]) => name);
  unit.report({
    path,
    code: 'FLOW_UNKNOWN_CONNECTOR',
    message: entry
      ? `the connector '${connector}' is of the kind ${entry.kind}, not ${spec.name}`
      : `config/hub.yaml has no connector '${connector}'`,
    todo:
      known.length > 0
        ? suggestion(connector, known)
        : `add '${connector}: { ${spec.name}: … }' under connectors`,
  });
  return endpoint;
}

const unknownTable: LookupTable = { name: '', columns: [], rows: new Map() };

/** Stands for a step whose options cannot be read: nothing is known of the records after it. */
export const unreadableStep: Named<StepSpec> = {
  name: 'unreadable',
  options: undefined,
  spec: {
    name: 'unreadable',
    about: '',
    options: raw('', '', {}),
    examples: [],
    compile: () => () => ({ push: (record, emit) => emit(record) }),
  },
};

/** What is known of the records that come in; undefined where they are a partner's own. */
export interface KnownFields {
  names: ReadonlySet<string>;
  /** As messages name them: `stock.changed.v1`, `the record after map`. */
  of: string;
}

/** Compiles the steps; the result makes new ones for each payload. */
export function compileSteps(
  unit: FlowUnit,
  variables: Variables,
  shapes: readonly MessageShape[],
  { coming, reads }: { coming?: KnownFields; reads?: SourceFields } = {},
) {
  const { report, flow } = unit;
  let known = coming;
  const makers = flow.steps.map((step, index) => {
    const path = ['steps', index, step.name];
    const make = step.spec.compile(
      step.options,
      stepTools(unit, variables, shapes, { known, reads }),
      path,
    );
    reads?.after(step);
    known = fieldsAfter(step, known);
    return make;
  });
  if (shapes.length > 0) lintTargets(flow.steps, shapes, report);
  return { make: () => makers.map((make) => make()), known };
}

function stepTools(
  unit: FlowUnit,
  variables: Variables,
  shapes: readonly MessageShape[],
  { known, reads }: { known: KnownFields | undefined; reads: SourceFields | undefined },
): StepTools {
  const { report, context } = unit;
  return {
    runtime: context.parts.runtime,
    report,
    target: {
      shared: new Set(shapes.flatMap(sharedNames)),
      line: new Set(shapes.flatMap(({ lines }) => [...(lines?.names ?? [])])),
      optional: new Set(shapes.flatMap(optionalLists)),
    },
    expression(text, path, inner) {
      const all = inner ? { ...variables, ...variablesOf.inner } : variables;
      const compiled = unit.expression(text, path, all, inner ? undefined : known);
      if (compiled) reads?.inStep(compiled.ast, inner);
      return compiled ?? { evaluate: () => undefined, wait: false };
    },
    table(name, path) {
      const table = context.tables.get(name);
      if (table) return table;
      const todo =
        context.tables.size > 0
          ? suggestion(name, [...context.tables.keys()])
          : `add config/tables/${name}.csv`;
      report({ path, code: 'FLOW_UNKNOWN_TABLE', message: `there is no table '${name}'`, todo });
      return unknownTable;
    },
  };
}

/** A map makes a record of its own; the other steps add to what there is. */
function fieldsAfter(
  step: Named<StepSpec>,
  known: KnownFields | undefined,
): KnownFields | undefined {
  const options = isObject(step.options) ? step.options : {};
  const targets = Object.keys(options);
  if (step.name === 'map') return { names: new Set(targets), of: 'the record after map' };
  if (!known) return undefined;
  const adding = (names: readonly string[]) => ({
    ...known,
    names: new Set([...known.names, ...names]),
  });
  switch (step.name) {
    case 'set':
      return adding(targets);
    case 'lookup':
      return adding(isObject(options.into) ? Object.keys(options.into) : [String(options.into)]);
    case 'group':
      return adding(['lines']);
    case 'filter':
    case 'validate':
      return known;
    default:
      return undefined;
  }
}
