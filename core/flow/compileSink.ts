/** Connectors that a flow sends to: how, and by which queue. */
import { sinkQueue } from '../deliver/sinkQueue.ts';
import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { WriterFacts } from '../ports.ts';
import type { Path } from '../spec.ts';
import type { ReadFormat } from './codecField.ts';
import type { FlowSink, PayloadFormat, Retry } from './compiledFlow.ts';
import type { ConnectorEnd } from './connectorEnd.ts';
import { type FlowUnit, resolveEndpoint } from './flowUnit.ts';
import { packedExtension, packingCodec } from './packed.ts';
import type { ReadRetry } from './sinkFields.ts';
import { isSink, type ToSink, type ToTarget } from './targetFields.ts';

/** The only sink of a flow: how it is sent to stands in the flow. */
export function compileOnlySink(unit: FlowUnit, to: ConnectorEnd): FlowSink | undefined {
  const endpoint = resolveEndpoint(unit, to, 'to');
  const { flow, write: given, batch, retry, throttle, expire } = unit.flow;
  const write = writeFormat(unit, given, {});
  if (throttle) checkPace(unit, throttle, batch, ['throttle']);
  if (!write) return undefined;
  return {
    ...{ flow, queue: sinkQueue(flow), write, to: endpoint, batch, retry: retryOf(retry) },
    ...policies({ throttle, expire }),
  };
}

/** One of several targets: what it does not say itself is as the flow says. */
export function compileSink(
  unit: FlowUnit,
  { to, ...own }: ToSink,
  path: Path,
  name: string | undefined,
): FlowSink | undefined {
  const { flow, write: given, retry } = unit.flow;
  const { batch = unit.flow.batch, throttle = unit.flow.throttle, expire = unit.flow.expire } = own;
  const endpoint = resolveEndpoint(unit, to, 'to', [...path, 'to']);
  const at = own.write ? [...path, 'write'] : ['write'];
  const write = writeFormat(unit, own.write ?? given, {}, { at, missing: [...path, 'to'] });
  if (throttle) checkPace(unit, throttle, batch, [...(own.throttle ? path : []), 'throttle']);
  if (!write) return undefined;
  return {
    flow,
    ...(name === undefined ? {} : { name }),
    queue: sinkQueue(flow, name),
    write,
    to: endpoint,
    batch,
    retry: retryOf(own.retry ?? retry),
    ...policies({ throttle, expire }),
  };
}

type Policies = Pick<ToSink, 'throttle' | 'expire'>;

const policies = ({ throttle, expire }: Policies): Pick<FlowSink, 'throttle' | 'expireMs'> => ({
  ...(throttle ? { throttle: { records: throttle.records, perMs: throttle.per } } : {}),
  ...(expire === undefined ? {} : { expireMs: expire }),
});

/** A batch that takes longer than a broker leaves it with its reader would come again and again. */
function checkPace(
  { report }: FlowUnit,
  { records, per }: NonNullable<Policies['throttle']>,
  batch: number,
  path: Path,
): void {
  const most = Math.max(batch, limits.batchRecords);
  const takesMs = (Math.ceil(most / records) - 1) * per;
  if (takesMs <= limits.throttledBatchMs) return;
  const minutes = Math.round(takesMs / 60_000);
  const message = `at this pace ${most} records, which may wait as one, take ${minutes} minutes, longer than a broker leaves them with their reader`;
  const todo = `let ${Math.ceil(most / (limits.throttledBatchMs / per + 1))} records go in that span, or ${most} in a longer one`;
  report({ path, code: 'CONFIG_BAD_VALUE', message, todo });
}

export const retryOf = ({ attempts, first, max, for: forMs }: ReadRetry): Retry => ({
  ...(attempts === undefined ? {} : { attempts }),
  firstMs: first,
  ...(max === undefined ? {} : { maxMs: Math.max(first, max) }),
  forMs,
});

/** `facts`: what is known of its payloads when they are written; what its options ask besides is a fault. */
export function writeFormat(
  unit: FlowUnit,
  write: ReadFormat | undefined,
  facts: WriterFacts,
  { at, missing }: { at: Path; missing: Path } = { at: ['write'], missing: ['to'] },
): PayloadFormat | undefined {
  if (!write) {
    unit.report({
      path: missing,
      onKey: true,
      code: 'CONFIG_MISSING_FIELD',
      message: "'write' is missing",
      todo: "add 'write:' with the format, such as 'write: json'",
    });
    return undefined;
  }
  const { name, spec, options, packing } = write;
  const codec = spec.codec(undefined, options);
  const { contentType = spec.contentType } = codec;
  try {
    const writer = codec.writer?.(undefined, facts);
    // Whether or not a codec makes its own bytes, what stands around the records must be known.
    const around = writer ? writer.begin() + writer.end() : '';
    writer?.bytes?.(around);
  } catch (error) {
    const { code, message, todo } = faultOf(error);
    unit.report({ path: at, code, message, ...(todo === undefined ? {} : { todo }) });
  }
  const extension = packedExtension(spec, packing?.spec);
  const pack = packing?.spec.pack;
  if (!packing || !pack) return { name, contentType, extension, codec };
  const packed = packingCodec(codec, pack);
  return {
    name,
    contentType: packing.spec.contentType,
    extension,
    codec: packed,
    plain: { contentType, codec },
  };
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * By its place among the targets, the name of each sink. Where one may be without, it keeps the queue of the
 * flow, and what waits there.
 */
export function sinkNames(
  unit: FlowUnit,
  targets: readonly ToTarget[],
  mayLack: boolean,
): Map<number, string | undefined> {
  const names = new Map<number, string | undefined>();
  for (const [index, target] of targets.entries()) {
    if (!isSink(target)) continue;
    const path = ['to', index, 'to'];
    const name = target.name ?? (mayLack ? undefined : target.to.connector);
    if (name !== undefined && !NAME.test(name)) {
      const message = `'${name}' cannot be a part of the name of a queue`;
      const todo = "add 'name:' in lower-case letters, digits and dashes";
      unit.report({ path, code: 'CONFIG_BAD_VALUE', message, todo });
    }
    const before = [...names].find(([, known]) => known === name);
    if (before) {
      const message =
        name === undefined
          ? `this target has no name, and target ${before[0] + 1} has none either`
          : `target ${before[0] + 1} is called '${name}', too`;
      const todo =
        name === undefined
          ? "add 'name:' to all but the one that keeps what waits in the queue of the flow"
          : "give it another 'name:'";
      unit.report({ path, code: 'CONFIG_BAD_VALUE', message, todo });
    }
    names.set(index, name);
  }
  return names;
}
