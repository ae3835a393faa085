/** Flows into stock: what their files say, compiled. */
import type { InboundFlow } from './compiledFlow.ts';
import { compileTargets } from './compileTargets.ts';
import type { FromEnd } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import { compileSteps, type FlowUnit, refuseFields, resolveEndpoint } from './flowUnit.ts';
import { lintColumns } from './lintColumns.ts';
import { lintShared } from './lintShared.ts';
import { MessagesRun } from './MessagesRun.ts';
import type { MessageShape } from './messageShape.ts';
import { StagedSteps } from './StagedSteps.ts';
import { SourceFields } from './sourceFields.ts';
import { isRoute, sinkWordNames, type ToRoute, type ToTarget } from './targetFields.ts';

export function compileInbound(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'connector' }>,
  all: readonly ToTarget[],
): InboundFlow | undefined {
  const { flow, context } = unit;
  const routes = all.filter(isRoute);
  const alone = routes.length === all.length ? sinkWordNames : [];
  refuseFields(unit, ['query', ...alone], 'a flow into stock');
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
  const shapesOf = (some: readonly ToRoute[]): MessageShape[] =>
    [...new Set(some.map(({ type }) => type))].map((type) => context.shapes.get(type)!);
  const shapes = shapesOf(routes);
  const filled = shapesOf(routes.filter(({ each, map }) => (each ?? map) === undefined));
  const reads = new SourceFields();
  const steps = compileSteps(unit, variablesOf.inbound, shapes, { reads, filled });
  const shapeOf = (type: string): MessageShape => context.shapes.get(type)!;
  lintShared(steps.shape, { targets: all, mode: flow.mode }, shapeOf, unit.report);
  const { mapped, types, sinks, ...targets } = compileTargets(unit, all, steps, reads);
  if (!flow.read) return undefined;
  const { name, spec, options } = flow.read;
  const codec = spec.codec(options, undefined);
  const { yaml, report } = unit;
  lintColumns(
    { yaml, report, codec, reads, made: steps.shape, given: steps.given },
    filled,
    mapped,
  );
  if (!targets.isWhole) return undefined;
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
    types,
    sinks,
    readsOfPayload: unit.readsOfPayload,
    makeRun: (spool, facts) => {
      const payload = unit.readsOfPayload.size > 0 ? facts : undefined;
      return new MessagesRun({
        steps: new StagedSteps(steps.make(), context.turns, spool, steps.sources, payload),
        ...targets,
        mode: flow.mode,
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
