/** Flows that take what others hand to them: they begin with steps, and know no payload. */
import type { Shape } from '../ports.ts';
import type { ContinuedFlow } from './compiledFlow.ts';
import { compileTargets } from './compileTargets.ts';
import { variablesOf } from './expression/compileExpression.ts';
import type { FlowsEnd } from './flowNameField.ts';
import { compileSteps, type FlowUnit, type HandedShape, refuseFields } from './flowUnit.ts';
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
    ['read', 'query', 'stop', ...alone],
    'a flow that takes what others hand to it',
  );
  unit.lets.declare(unit);
  const shapeOf = (type: string): MessageShape => context.shapes.get(type)!;
  const shapesOf = (some: readonly ToRoute[]): MessageShape[] =>
    [...new Set(some.map(({ type }) => type))].map(shapeOf);
  const filled = shapesOf(routes.filter(({ each, map }) => (each ?? map) === undefined));
  const reads = new SourceFields();
  const coming = handedShape(context.handed.get(flow.flow));
  const words = { coming, reads, filled };
  const steps = compileSteps(unit, variablesOf.inbound, shapesOf(routes), words);
  lintShared(steps.shape, { targets: all, mode: flow.mode }, shapeOf, unit.report);
  if (steps.shape.gathered && Object.keys(flow.let).length > 0) {
    const message =
      'names of records that are handed over are of one record each, and the steps gather several to one';
    const todo = 'fill a field by `set` before that step, and read the field';
    unit.report({ path: ['let'], onKey: true, code: 'CONFIG_BAD_VALUE', message, todo });
  }
  for (const { place } of steps.borders) {
    const message = `'${place.path.at(-1)}' lets records wait, and what is handed over is accepted together with all else of its payload or not at all`;
    const todo = 'let them wait in the flow that hands them over, before its targets';
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

/**
 * What all those that hand to the flow make: the fields of any of them, where all are known. What the world or
 * the clock gave of one is here as there: no key may be made of it.
 */
function handedShape(handed: readonly HandedShape[] = []): Shape {
  const answers = handed.flatMap(({ given }) =>
    [...given].flatMap(([name, all]) => all.map((one) => ({ ...one, at: ['from', 'flow', name] }))),
  );
  const isKnown = handed.length > 0 && handed.every(({ shape }) => shape.others === 'none');
  const names = new Set(handed.flatMap(({ shape }) => [...shape.fields.keys()]));
  const shape = isKnown
    ? shapeOfNames([...names], 'the record that is handed over')
    : unknownShape();
  if (answers.length === 0) return shape;
  const fields = new Map(shape.fields);
  for (const { at } of answers) fields.set(at.at(-1)!, at);
  return { ...shape, fields, answers };
}
