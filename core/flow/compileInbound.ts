/** Flows into stock: what their files say, compiled. */
import type { InboundFlow } from './compiledFlow.ts';
import { compileKey } from './compileKey.ts';
import type { FromEnd, ToEnd } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import { compileFinalize } from './finalize.ts';
import {
  type CompiledSteps,
  compileSteps,
  type FlowUnit,
  refuseFields,
  resolveEndpoint,
} from './flowUnit.ts';
import { lintColumns } from './lintColumns.ts';
import { type CompiledRoute, MessagesRun } from './MessagesRun.ts';
import { StagedSteps } from './StagedSteps.ts';
import { SourceFields } from './sourceFields.ts';
import { knownFields } from './stepShapes.ts';

export function compileInbound(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'connector' }>,
  to: Extract<ToEnd, { form: 'message' }>,
): InboundFlow | undefined {
  const { flow, context } = unit;
  refuseFields(unit, ['write', 'query', 'batch', 'retry'], 'a flow into stock');
  if (!flow.read) {
    unit.report({
      path: ['from'],
      code: 'CONFIG_MISSING_FIELD',
      message: "'read' is missing",
      todo: `add 'read:' with the format, such as 'read: ${context.parts.codecs[0]?.name ?? 'csv'}'`,
    });
  }
  unit.lets.declare(unit);
  const endpoint = resolveEndpoint(unit, from, 'from');
  const shapes = [...new Set(to.routes.map((route) => route.type))].map(
    (type) => context.shapes.get(type)!,
  );
  const reads = new SourceFields();
  const steps = compileSteps(unit, variablesOf.inbound, shapes, { reads });
  const routes = compileRoutes(unit, to, steps, reads);
  const key = compileKey(unit, steps, reads);
  if (!flow.read) return undefined;
  const { name, spec, options } = flow.read;
  const codec = spec.codec(options, undefined);
  const { yaml, report } = unit;
  lintColumns({ yaml, report, codec, reads, made: steps.shape, given: steps.given }, shapes);
  if (!key) return undefined;
  const read = {
    name,
    contentType: spec.contentType,
    extension: spec.extension,
    codec: codec.requireColumns?.(reads.names()) ?? codec,
  };
  return {
    direction: 'inbound',
    name: flow.flow,
    about: flow.about,
    file: unit.yaml.file,
    source: flow.source ?? flow.flow,
    from: endpoint,
    fromAt: unit.yaml.placeOf(['from']),
    read,
    allow: flow.allow,
    types: [...new Set(routes.map((route) => route.type))],
    readsOfPayload: unit.readsOfPayload,
    makeRun: (spool, facts) => {
      const payload = unit.readsOfPayload.size > 0 ? facts : undefined;
      return new MessagesRun({
        steps: new StagedSteps(steps.make(), context.turns, spool, steps.sources, payload),
        routes,
        key,
        turns: context.turns,
        // A payload that lacks a column that is read is refused, but for those that may be missing.
        wanted: (fields) =>
          codec.requireColumns ? [] : fields.filter(({ name }) => !steps.asked.has(name)),
        payload,
        received: unit.readsOfPayload.has('received') ? payload?.received : undefined,
      });
    },
  };
}

function compileRoutes(
  unit: FlowUnit,
  to: Extract<ToEnd, { form: 'message' }>,
  { shape: made, clock, sources }: CompiledSteps,
  reads: SourceFields,
): CompiledRoute[] {
  const { ajv, shapes, checks } = unit.context;
  const known = knownFields(made);
  return to.routes.map(({ when, type }, index) => {
    const test =
      when === undefined
        ? undefined
        : unit.expression(when, ['to', index, 'when'], variablesOf.inbound, known, 'test');
    if (test) {
      const ast = unit.lets.putIn(test.ast, 'source');
      reads.inRecord(ast, ['to', index, 'when'], made);
      clock.refuseTest(ast, ['to', index, 'when'], made, unit.report);
      sources.see(ast, ['to', index, 'when'], made, unit.report);
    }
    if (when === undefined && index < to.routes.length - 1) {
      unit.report({
        path: ['to', index],
        code: 'CONFIG_BAD_VALUE',
        message: 'a route without `when` takes every record, so that those after it get none',
        todo: 'move it to the end',
      });
    }
    const shape = shapes.get(type)!;
    const validate = ajv.getSchema(type)!;
    return {
      type: shape.type,
      when: test?.evaluate,
      finalize: compileFinalize(shape, validate, checks, made.fields.has('lines')),
    };
  });
}
