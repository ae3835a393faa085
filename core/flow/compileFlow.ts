/** From a flow file to a compiled flow, or to all that is wrong with it. */
import { basename } from 'node:path';
import type { Fault } from '../errors.ts';
import { type Field, type Report, record, suggestion } from '../spec.ts';
import type { CompiledFlow } from './compiledFlow.ts';
import { compileInbound } from './compileInbound.ts';
import { compileReport, compileSubscription } from './compileOutbound.ts';
import type { ToEnd } from './endFields.ts';
import { type Node, recordFields } from './expression/ast.ts';
import type { ExpressionFault } from './expression/checkExpression.ts';
import { compileExpression } from './expression/compileExpression.ts';
import { flowFields } from './flowFields.ts';
import type { CompileContext, FlowUnit, KnownFields, ReadFlow } from './flowUnit.ts';
import type { HubParts } from './hubParts.ts';
import type { YamlFile } from './yamlFile.ts';

export function flowField(parts: HubParts): Field<ReadFlow> {
  return record('A flow.', flowFields(parts)) as Field<ReadFlow>;
}

/** All faults go to `faults`; the result is undefined when there were any. */
export function compileFlow(
  yaml: YamlFile,
  context: CompileContext,
  faults: Fault[],
): CompiledFlow | undefined {
  const before = faults.length;
  const report: Report = ({ path, code, message, todo, onKey }) => {
    const at = yaml.placeOf(path, onKey);
    faults.push({ code: flowCode(code), message, at, ...(todo === undefined ? {} : { todo }) });
  };
  const flow = flowField(context.parts).read(yaml.value, [], report);
  checkName(yaml, report);
  if (!flow) return undefined;
  const unit: FlowUnit = {
    yaml,
    flow,
    context,
    report,
    expression: (text, path, variables, known) => {
      const found = ({ offset, ...fault }: ExpressionFault) => {
        faults.push({ ...fault, at: yaml.placeInside(path, offset) });
      };
      const compiled = compileExpression(text, variables, context, found);
      if (compiled && known) checkFields(compiled.ast, known, found);
      return compiled;
    },
  };
  const compiled = compileDirection(unit);
  return faults.length > before ? undefined : compiled;
}

function checkFields(
  ast: Node,
  { names, of }: KnownFields,
  found: (fault: ExpressionFault) => void,
): void {
  for (const { name, offset } of recordFields(ast)) {
    if (names.has(name)) continue;
    const message = `'${name}' is not a field of ${of}`;
    found({ code: 'FLOW_UNKNOWN_FIELD', message, todo: suggestion(name, [...names]), offset });
  }
}

/** Unknown fields of flows have a code of their own. */
const flowCode = (code: Fault['code']): Fault['code'] =>
  code === 'CONFIG_UNKNOWN_FIELD' ? 'FLOW_UNKNOWN_FIELD' : code;

function checkName(yaml: YamlFile, report: Report): void {
  const expected = basename(yaml.file).replace(/\.ya?ml$/, '');
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
  const { from, to } = unit.flow;
  const fromHub = from.form !== 'connector';
  const toHub = to.form === 'message';
  if (fromHub === toHub) {
    unit.report({
      path: ['to'],
      code: 'FLOW_NO_DIRECTION',
      message: fromHub
        ? 'both ends of the flow are the hub'
        : 'neither end of the flow is a message type',
    });
    return undefined;
  }
  if (from.form === 'connector')
    return compileInbound(unit, from, to as Extract<ToEnd, { form: 'message' }>);
  const sink = to as Extract<ToEnd, { form: 'connector' }>;
  return from.form === 'events'
    ? compileSubscription(unit, from, sink)
    : compileReport(unit, from, sink);
}
