/** Flows that take what others hand to them: they begin with steps, and know no payload. */
import type { Shape } from '../ports.ts';
import type { ContinuedFlow } from './compiledFlow.ts';
import { compileTargets } from './compileTargets.ts';
import { variablesOf } from './expression/compileExpression.ts';
import type { FlowsEnd } from './flowNameField.ts';
import { compileSteps, type FlowUnit, refuseFields } from './flowUnit.ts';
import { lintShared } from './lintShared.ts';
import { MessagesRun } from './MessagesRun.ts';
import type { MessageShape } from './messageShape.ts';
import { StagedSteps } from './StagedSteps.ts';
import { SourceFields } from './sourceFields.ts';
import { shapeOfNames, unknownShape } from './stepShapes.ts';
import { isRoute, sinkWordNames, type ToRoute, type ToTarget } from './targetFields.ts';

export function compileContinued(
  unit: FlowUnit,
  from: FlowsEnd,
  all: readonly ToTarget[],
): ContinuedFlow | undefined {
  const { flow, context } = unit;
  const routes = all.filter(isRoute);
  const alone = routes.length === all.length ? sinkWordNames : [];
  refuseFields(
    unit,
    ['read', 'query', 'let', ...alone],
    'a flow that takes what others hand to it',
  );
  const shapeOf = (type: string): MessageShape => context.shapes.get(type)!;
  const shapesOf = (some: readonly ToRoute[]): MessageShape[] =>
    [...new Set(some.map(({ type }) => type))].map(shapeOf);
  const filled = shapesOf(routes.filter(({ each, map }) => (each ?? map) === undefined));
  const reads = new SourceFields();
  const coming = handedShape(context.handed.get(flow.flow));
  const words = { coming, reads, filled };
  const steps = compileSteps(unit, variablesOf.inbound, shapesOf(routes), words);
  lintShared(steps.shape, { targets: all, mode: flow.mode }, shapeOf, unit.report);
  for (const { place } of steps.borders) {
    const message = 'a flow that takes what others hand to it has no stages';
    const todo = 'move it into those that hand to it';
    unit.report({ path: place.path, onKey: true, code: 'CONFIG_BAD_VALUE', message, todo });
  }
  const { mapped: _, types, sinks, handsTo, ...targets } = compileTargets(unit, all, steps, reads);
  if (!targets.isWhole) return undefined;
  return {
    direction: 'continued',
    name: flow.flow,
    about: flow.about,
    file: unit.yaml.file,
    source: flow.source ?? flow.flow,
    from: from.flows,
    fromAt: unit.yaml.placeOf(['from']),
    allow: flow.allow,
    types,
    sinks,
    handsTo,
    behind: [],
    readsOfPayload: unit.readsOfPayload,
    makeRun: (spool, facts) => {
      // A document may get its date from the flow before.
      const payload = facts;
      return new MessagesRun({
        steps: new StagedSteps(steps.make(), context.turns, spool, steps.sources, payload),
        ...targets,
        mode: flow.mode,
        turns: context.turns,
        wanted: (fields) => fields.filter(({ name }) => !steps.asked.has(name)),
        payload,
        readsReceived: true,
      });
    },
  };
}

/** What all those that hand to the flow make: the fields of any of them, where all are known. */
function handedShape(shapes: readonly Shape[] | undefined): Shape {
  if (!shapes || shapes.some(({ others }) => others !== 'none')) return unknownShape();
  const names = new Set(shapes.flatMap(({ fields }) => [...fields.keys()]));
  return shapeOfNames([...names], 'the record that is handed over');
}
