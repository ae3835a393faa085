/** From a flow file to a compiled flow, or to all that is wrong with it. */
import { basename } from 'node:path';
import { type Fault, isHint } from '../errors.ts';
import { type FaultSink, type Field, isObject, type Path, record, suggestion } from '../spec.ts';
import { isClock, isDatePath } from './ClockFields.ts';
import { compileContinued } from './compileContinued.ts';
import type { CompiledFlow } from './compiledFlow.ts';
import { compileInbound } from './compileInbound.ts';
import { compileReport, compileSubscription } from './compileOutbound.ts';
import { type Node, nodes, recordFields, walk } from './expression/ast.ts';
import { quotedName } from './expression/asWritten.ts';
import type { ExpressionFault } from './expression/checkExpression.ts';
import { compileClosure } from './expression/closures.ts';
import { compileExpression, variablesOf } from './expression/compileExpression.ts';
import type { ExpressionForm } from './expression/expressionForm.ts';
import { givenAsTheyAre } from './expression/givenAsTheyAre.ts';
import { nameRemedy } from './expression/nameRemedy.ts';
import { flowFields } from './flowFields.ts';
import {
  type CompileContext,
  compileSteps,
  type FlowUnit,
  isIntoStock,
  type ReadFlow,
  unreadableStep,
} from './flowUnit.ts';
import type { HubParts } from './hubParts.ts';
import { LET, LetNames } from './LetNames.ts';
import { nameOfFile, withName } from './nameOfFile.ts';
import { OwnFunctions, written } from './OwnFunctions.ts';
import { isReceived, payloadFaults } from './payloadFields.ts';
import { type KnownFields, unknownShape } from './stepShapes.ts';
import { isSink } from './targetFields.ts';
import { watchedBranches } from './watchedBranches.ts';
import { shownBefore, watchedReads } from './watchedReads.ts';
import type { YamlFile } from './yamlFile.ts';

export function flowField(parts: HubParts): Field<ReadFlow> {
  return record('A flow.', flowFields(parts)) as Field<ReadFlow>;
}

/**
 * All faults go to `faults`, with the hints that the flow does not allow; the result is undefined
 * when there were any but hints.
 */
export function compileFlow(
  yaml: YamlFile,
  context: CompileContext,
  told: Fault[],
): CompiledFlow | undefined {
  const faults: Fault[] = [];
  const compiled = compileWhole(yaml, context, faults);
  const allowed = allowedBy(yaml);
  told.push(...faults.filter((fault) => !isHint(fault) || !allowed.includes(fault.code)));
  return faults.every(isHint) ? compiled : undefined;
}

/** As it stands in the file, so that it holds whatever else in the flow cannot be read. */
function allowedBy(yaml: YamlFile): unknown[] {
  const { allow } = isObject(yaml.value) ? yaml.value : {};
  return Array.isArray(allow) ? allow : [];
}

function compileWhole(
  yaml: YamlFile,
  context: CompileContext,
  faults: Fault[],
): CompiledFlow | undefined {
  const report: FaultSink = ({ path, code, message, todo, onKey }) => {
    const at = yaml.placeOf(path, onKey);
    faults.push({ code: flowCode(code), message, at, ...(todo === undefined ? {} : { todo }) });
  };
  const flow = flowField(context.parts).read(withName(yaml), [], report);
  checkName(yaml, report);
  if (!flow) {
    faults.push(...furtherFaults(yaml, context));
    return undefined;
  }
  const unit = unitOf(yaml, flow, context, report, faults);
  const compiled = compileDirection(unit);
  if (!compiled) return undefined;
  const steps = flow.steps.map(({ name }) => name);
  const asks = [...unit.asks].map(([connector, kind]) => ({ kind, connector }));
  return { ...compiled, steps, ...(asks.length > 0 ? { asks } : {}) };
}

function unitOf(
  yaml: YamlFile,
  flow: ReadFlow,
  context: CompileContext,
  report: FaultSink,
  faults: Fault[],
): FlowUnit {
  const functions = new OwnFunctions();
  const lets = new LetNames(context, functions);
  const readsOfPayload = new Set<string>();
  return {
    yaml,
    flow,
    context,
    report,
    readsOfPayload,
    asks: new Map(),
    functions,
    lets,
    expression: (text, path, variables, known, form) => {
      const found = ({ offset, ...fault }: ExpressionFault) => {
        faults.push({ ...withRemedy(fault, text, yaml, path), at: yaml.placeInside(path, offset) });
      };
      const whole = functions.around(text);
      const ofWhole = ({ offset, ...fault }: ExpressionFault) =>
        found({ ...fault, offset: Math.max(0, offset - whole.shift) });
      const all = lets.over(variables, form);
      const compiled = compileExpression(whole.text, all, context, ofWhole, form);
      if (!compiled) return undefined;
      const ast = written(compiled.ast, whole);
      if (known) checkFields(ast, known, found);
      for (const fault of functions.faultsIn(ast)) found(fault);
      for (const fault of payloadFaults(ast, readsOfPayload)) found(fault);
      if (isIntoStock(flow) && path[0] !== LET && !isOfSink(flow, path)) {
        for (const fault of clockFaults(lets.putIn(ast), path, form)) found(fault);
      }
      const made = lets.awaiting({ ...compiled, ast }, form);
      const { watch } = context.parts.view ?? {};
      if (!watch) return made;
      const { shift } = whole;
      const show = watchedReads({ yaml, watch }, { ast: compiled.ast, path, variables, shift });
      const shown = show ? { show } : {};
      const waited = { ...made, ...shown, evaluate: shownBefore(made.evaluate, show) };
      if (form === 'test')
        return { ...waited, evaluate: watch.condition(yaml.placeOf(path), text, waited.evaluate) };
      // Functions of the flow stand before the part that calls them, as before the whole.
      const before = whole.shift === 0 ? [] : nodes(compiled.ast.expressions).slice(0, -1);
      return watchedBranches(waited, {
        compile: (part) =>
          compileClosure({ type: 'block', expressions: [...before, part] }, all, context),
        branch: (offset, asked) => watch.branch(yaml.placeInside(path, offset), asked),
      });
    },
  };
}

/**
 * A key that reads the clock books every replay again, and a test by the clock books other records. A
 * document with another time under the same key is refused when it comes again: that is told, but for
 * `at` where it is the time at which the payload came in, which then is no part of the content.
 */
function clockFaults(ast: Node, path: Path, form: ExpressionForm | undefined): ExpressionFault[] {
  const fills = (path[0] === 'steps' || path.includes('map')) && form !== 'test';
  const asItIs = fills && isDatePath(path) ? givenAsTheyAre(ast) : new Set<Node>();
  return Array.from(walk(ast))
    .filter((node) => isClock(node) && !(isReceived(node) && asItIs.has(node)))
    .map((node) => {
      const name = isReceived(node) ? '$payload.received' : '$now';
      const isMade = isReceived(node) && isDatePath(path);
      const { position = 0 } = isReceived(node) ? nodes(node.steps)[1]! : node;
      return {
        code: fills ? 'FLOW_CLOCK_IN_DOCUMENT' : 'FLOW_CHANGES_ON_REPLAY',
        message: isMade
          ? `what 'at' makes of '${name}' is another time at every replay`
          : `'${name}' gives another time at every replay`,
        offset: Math.max(0, position - name.length),
      };
    });
}

/** Why an expression may not be readable that its author took for something else. */
function withRemedy(
  { isGeneral, isOpen, ...fault }: Omit<ExpressionFault, 'offset'>,
  text: string,
  yaml: YamlFile,
  path: Path,
): Omit<ExpressionFault, 'offset'> {
  if (fault.code !== 'FLOW_BAD_EXPRESSION') return fault;
  const isSure = fault.todo !== undefined && !isGeneral;
  if (isSure && !isOpen) return fault;
  if (yaml.isCutByComment(path)) {
    const todo = "' #' begins a comment of YAML: put the whole expression into '…' quotes";
    return { ...fault, todo };
  }
  if (isSure) return fault;
  const inBackticks = nameRemedy(text.trim(), yaml.isQuoted(path));
  if (inBackticks !== undefined) return { ...fault, todo: inBackticks };
  if (path[0] !== 'steps' || !yaml.isQuoted(path) || /["'`$()]/.test(text)) return fault;
  return { ...fault, todo: `for the text '${text}' itself write it under const:` };
}

/** Faults that come of what a part says itself, whatever is wrong with the parts around it. */
const ownFaults: readonly Fault['code'][] = [
  'FLOW_BAD_EXPRESSION',
  'FLOW_CHANGES_ON_REPLAY',
  'FLOW_CONSTANT_OR_FIELD',
  'FLOW_UNKNOWN_CONNECTOR',
  'FLOW_UNKNOWN_FIELD',
  'FLOW_UNKNOWN_FUNCTION',
  'FLOW_UNKNOWN_TABLE',
];

/** Faults that a field is not there are sure where those that are there can be read. */
const whatIsMissing = {
  fields: ['key', 'read', 'write', 'query'],
  codes: ['FLOW_MISSING_KEY', 'CONFIG_MISSING_FIELD'],
} as const satisfies { fields: (keyof ReadFlow)[]; codes: Fault['code'][] };

/** Of a flow whose fields cannot all be read: the faults inside those that can. */
function furtherFaults(yaml: YamlFile, context: CompileContext): Fault[] {
  const faults: Fault[] = [];
  const flow = readWhatCanBe(yaml, context);
  const report: FaultSink = ({ path, code, message, todo, onKey }) => {
    const at = yaml.placeOf(path, onKey);
    faults.push({ code: flowCode(code), message, at, ...(todo === undefined ? {} : { todo }) });
  };
  const unit = unitOf(yaml, flow as ReadFlow, context, report, faults);
  if (flow.from && flow.to) compileDirection(unit);
  else {
    unit.functions.declare(unit);
    compileAlone(unit);
  }
  const given = isObject(yaml.value) ? yaml.value : {};
  const isUnread = (name: keyof ReadFlow): boolean => name in given && flow[name] === undefined;
  const own = whatIsMissing.fields.some(isUnread)
    ? ownFaults
    : [...ownFaults, ...whatIsMissing.codes];
  return faults.filter((fault) => own.includes(fault.code));
}

/** Of a flow without a direction, what its steps and its key say themselves. */
function compileAlone(unit: FlowUnit): void {
  unit.lets.declare(unit);
  const variables = { ...variablesOf.inbound, ...variablesOf.outbound };
  compileSteps(unit, variables, [], { coming: unknownShape() });
  const { key } = unit.flow;
  if (key !== undefined) unit.expression(key, ['key'], variablesOf.key);
}

function readWhatCanBe(yaml: YamlFile, context: CompileContext): Partial<ReadFlow> {
  const silent: FaultSink = () => undefined;
  const given = isObject(yaml.value) ? yaml.value : {};
  const fields: Record<string, Field<unknown>> = flowFields(context.parts);
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value =
      name in given && name !== 'steps' ? field.read(given[name], [name], silent) : undefined;
    read[name] = value ?? field.fallback;
  }
  const steps = Array.isArray(given.steps) ? given.steps : [];
  read.steps = steps.map((step) => {
    const one = fields.steps?.read([step], ['steps'], silent) as ReadFlow['steps'] | undefined;
    return one?.[0] ?? unreadableStep;
  });
  return read as Partial<ReadFlow>;
}

function checkFields(
  ast: Node,
  { names, of, inside }: KnownFields,
  found: (fault: ExpressionFault) => void,
): void {
  const check = (
    { name, offset }: { name: string; offset: number },
    known: ReadonlySet<string>,
    whose: string,
  ): void => {
    if (known.has(name)) return;
    const message = `'${name}' is not a field of ${whose}`;
    const todo = suggestion(name, [...known], quotedName);
    found({ code: 'FLOW_UNKNOWN_FIELD', message, todo, offset });
  };
  for (const field of recordFields(ast)) {
    if (names) check(field, names, of);
    const within = inside.get(field.name);
    if (within && field.inside) check(field.inside, within.names, within.of);
  }
}

/** Unknown fields of flows have a code of their own. */
const flowCode = (code: Fault['code']): Fault['code'] =>
  code === 'CONFIG_UNKNOWN_FIELD' ? 'FLOW_UNKNOWN_FIELD' : code;

function checkName(yaml: YamlFile, report: FaultSink): void {
  const expected = nameOfFile(yaml.file);
  const name = (yaml.value as { flow?: unknown } | null)?.flow;
  if (typeof name !== 'string' || name === expected) return;
  const message = `the flow is called '${name}' and its file '${basename(yaml.file)}'`;
  report({
    path: ['flow'],
    code: 'CONFIG_BAD_VALUE',
    message,
    todo: `write 'flow: ${expected}', or rename the file to ${name}.yaml`,
  });
}

function compileDirection(unit: FlowUnit): CompiledFlow | undefined {
  unit.functions.declare(unit);
  const { from, to } = unit.flow;
  if (from.form === 'connector' || from.form === 'flow') {
    if (to.form === 'awaited' && from.form === 'connector') return compileInbound(unit, from, []);
    if (to.form !== 'targets')
      return withoutDirection(unit, 'neither end of the flow is a message type');
    return from.form === 'flow'
      ? compileContinued(unit, from, to.targets)
      : compileInbound(unit, from, to.targets);
  }
  if (to.form === 'awaited')
    return withoutDirection(unit, 'only a flow that takes payloads in can be awaited');
  const sinks = to.form === 'connector' ? to : to.targets.filter(isSink);
  if (to.form === 'targets' && 'length' in sinks && sinks.length < to.targets.length)
    return withoutDirection(unit, 'both ends of the flow are the hub');
  if (from.form === 'events') return compileSubscription(unit, from, sinks);
  if (to.form === 'connector') return compileReport(unit, from, to);
  const message = 'a report goes to one connector';
  unit.report({
    path: ['to'],
    code: 'CONFIG_BAD_VALUE',
    message,
    todo: 'write `to: { folder: … }`',
  });
  return undefined;
}

function withoutDirection(unit: FlowUnit, message: string): undefined {
  unit.report({ path: ['to'], code: 'FLOW_NO_DIRECTION', message });
  compileAlone(unit);
}

/** What is made for a sink may say when: nobody books it. */
function isOfSink({ to }: Partial<ReadFlow>, path: Path): boolean {
  if (to?.form !== 'targets' || path[0] !== 'to' || !path.includes('map')) return false;
  const target = to.targets[Number(path[1])];
  return target !== undefined && isSink(target);
}
