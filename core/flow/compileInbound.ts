/** Flows into stock: what their files say, compiled. */

import { isStockbusError } from '../errors.ts';
import type { Codec } from '../ports.ts';
import { AwaitedRecords } from './AwaitedRecords.ts';
import { AwaitedRun } from './AwaitedRun.ts';
import { awaitedShape } from './awaitedShape.ts';
import type { AwaitedAt, InboundFlow, InboundRun } from './compiledFlow.ts';
import type { CompiledKey } from './compileKey.ts';
import { type LastRun, withLegs } from './compileLegs.ts';
import { compileTargets } from './compileTargets.ts';
import type { FromEnd } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import type { ReadField } from './FieldWatch.ts';
import {
  type CompiledSteps,
  compileSteps,
  type FlowUnit,
  refuseFields,
  resolveEndpoint,
} from './flowUnit.ts';
import { HandingRun } from './HandingRun.ts';
import { lintColumns } from './lintColumns.ts';
import { lintShared } from './lintShared.ts';
import { beginRead, MessagesRun, type RunParts } from './MessagesRun.ts';
import type { MessageShape } from './messageShape.ts';
import { packedExtension, readCodec } from './packed.ts';
import { StagedSteps } from './StagedSteps.ts';
import { SourceFields } from './sourceFields.ts';
import { sourceOfField } from './sourceOfField.ts';
import { isRoute, sinkWordNames, type ToRoute, type ToTarget } from './targetFields.ts';
import { walked } from './walkSteps.ts';

export function compileInbound(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'connector' }>,
  all: readonly ToTarget[],
): InboundFlow | undefined {
  const { flow, context } = unit;
  const routes = all.filter(isRoute);
  const alone = routes.length === all.length ? sinkWordNames : [];
  refuseFields(unit, ['query', ...alone], 'a flow into stock');
  if (!flow.read) reportNoFormat(unit);
  if (all.length === 0 && flow.key === undefined) reportKey(unit);
  unit.lets.declare(unit);
  const endpoint = resolveEndpoint(unit, from, 'from');
  const shapesOf = (some: readonly ToRoute[]): MessageShape[] =>
    [...new Set(some.map(({ type }) => type))].map((type) => context.shapes.get(type)!);
  const shapes = shapesOf(routes);
  const filled = shapesOf(routes.filter(({ each, map }) => (each ?? map) === undefined));
  const reads = new SourceFields();
  const steps = compileSteps(unit, variablesOf.inbound, shapes, { reads, filled });
  const shapeOf = (type: string): MessageShape => context.shapes.get(type)!;
  const given = awaitedShape(flow.flow, all, shapes, steps.shape);
  if (given) context.awaited.set(flow.flow, given);
  lintShared(steps.shape, { targets: all, mode: flow.mode }, shapeOf, unit.report);
  const { mapped, types, sinks, handsTo, ...targets } = compileTargets(unit, all, steps, reads);
  if (!flow.read) return undefined;
  const { name, spec, packing } = flow.read;
  const codec = readCodec(flow.read);
  const { yaml, report } = unit;
  lintColumns(
    { yaml, report, codec, reads, made: steps.shape, given: steps.given },
    filled,
    mapped,
  );
  if (!targets.isWhole) return undefined;
  const read = {
    name,
    contentType: packing?.spec.contentType ?? spec.contentType,
    extension: packedExtension(spec, packing?.spec),
    codec: codec.requireColumns?.(reads.names()) ?? codec,
  };
  const wanted = (fields: ReadField[]) => toldFields(fields, codec, steps);
  const awaitedAt: AwaitedAt[] = [];
  const last = toTargets(unit, targets, awaitedAt);
  const compiled: InboundFlow = {
    direction: 'inbound',
    name: flow.flow,
    about: flow.about,
    file: unit.yaml.file,
    source: flow.source ?? flow.flow,
    from: endpoint,
    fromAt: unit.yaml.placeOf(['from']),
    read,
    ...{ allow: flow.allow, stopAt: flow.stop, ...walked(unit, steps) },
    ...{ types, sinks, handsTo, behind: [] },
    readsOfPayload: unit.readsOfPayload,
    stages: [],
    awaitedAt,
    sourceOf: sourceOfField([steps.shape, ...mapped.map(({ made }) => made)], unit.yaml),
    // What another flow refuses of a record is not settled by a message of this one.
    keyOfRead: keyOfRead(routes, handsTo.size > 0 ? undefined : targets.key, steps),
    makeRun: (spool, facts) => {
      const payload = unit.readsOfPayload.size > 0 ? facts : undefined;
      const all = new StagedSteps(steps.make(), context.turns, spool, steps.sources, payload);
      return last(all, { payload, wanted });
    },
  };
  if (steps.borders.length === 0) return compiled;
  const behind: LastRun = (of, begin) => last(of, { payload: undefined, wanted: () => [], begin });
  return withLegs(unit, compiled, steps, { last: behind, wanted });
}

function reportNoFormat({ report, context }: FlowUnit): void {
  const format = context.parts.codecs[0]?.name ?? 'csv';
  report({
    path: ['from'],
    code: 'CONFIG_MISSING_FIELD',
    message: "'read' is missing",
    todo: `add 'read:' with the format, such as 'read: ${format}'`,
  });
}

/** Only where all messages of a record have one key, and no part of the record a key of its own. */
function keyOfRead(
  routes: readonly ToRoute[],
  key: CompiledKey | undefined,
  { shape, borders }: CompiledSteps,
): NonNullable<InboundFlow['keyOfRead']> {
  const isOne = shape.whole && borders.length === 0 && routes.every((route) => !route.key);
  if (!key?.isOfRead || !isOne) return async () => undefined;
  return async (record) => {
    try {
      return await key.read({ value: record, source: record, root: record, record: 0 });
    } catch (error) {
      if (isStockbusError(error)) return undefined;
      throw error;
    }
  };
}

/** By which a record that comes again takes the place of what it was. */
function reportKey({ report }: FlowUnit): void {
  const message = "the flow has no 'key', by which what it gives is known again";
  report({ path: ['to'], onKey: true, code: 'FLOW_MISSING_KEY', message });
}

/** A payload that lacks a column that is read is refused, but for those that may be missing. */
const toldFields = (fields: ReadField[], codec: Codec, { asked }: CompiledSteps): ReadField[] =>
  codec.requireColumns ? [] : fields.filter(({ name }) => !asked.has(name));

type ToTargets = (
  steps: StagedSteps,
  ways: Pick<RunParts, 'payload' | 'begin' | 'wanted'>,
) => InboundRun;

/** The last leg of the flow, or all of it. */
function toTargets(
  unit: FlowUnit,
  targets: Pick<RunParts, 'targets' | 'key'>,
  awaitedAt: readonly AwaitedAt[],
): ToTargets {
  const { flow, context } = unit;
  return (steps, ways) => {
    const { key } = targets;
    if (targets.targets.length === 0 && key) {
      const begin = ways.begin ?? ((read) => beginRead(read, ways.payload));
      const hand = new AwaitedRecords(flow.flow, key, awaitedAt);
      return new HandingRun({ steps, begin, wanted: ways.wanted, hand });
    }
    const run = new MessagesRun({
      ...{ steps, ...targets, ...ways, mode: flow.mode, turns: context.turns },
      readsReceived: unit.readsOfPayload.has('received'),
    });
    if (awaitedAt.length === 0) return run;
    const makesMessages = targets.targets.some((target) => 'type' in target);
    return new AwaitedRun(run, { name: flow.flow, makesMessages }, awaitedAt);
  };
}
