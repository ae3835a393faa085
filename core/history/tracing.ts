/**
 * Spans of OpenTelemetry, by its API alone: without an SDK, which a user registers, they are nothing and cost next to nothing, and
 * what came with a trace context hands it on as it is.
 */

import { hash } from 'node:crypto';
import {
  type Attributes,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { faultOf } from '../errors.ts';
import type { TraceContext } from '../message.ts';

/** What a span is of, and when it began, in milliseconds since 1970. */
export interface SpanAbout {
  name: string;
  kind: 'consumer' | 'producer' | 'internal';
  startedMs?: number;
  attributes: Attributes;
}

/** A span that runs. */
export interface RunningSpan {
  /** For what comes of it: its own, or, where nobody records it, that of what it came of. */
  readonly context: TraceContext | undefined;
  /** Somebody may record it. */
  readonly isLive: boolean;
  end(facts?: Attributes, error?: unknown): void;
}

const TRACER = 'stockbus';
const KINDS = {
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * A span of what came of other work: its child where all of it is of one trace, else the first of a trace of its own, with a link
 * to each. Of work that nobody follows it is none.
 */
export function spanOf(about: SpanAbout, cameOf: readonly TraceContext[]): RunningSpan {
  const origins = distinct(cameOf);
  const [only] = origins;
  if (!only) return nobodys;
  const isOne = origins.length === 1 && cameOf.every(({ traceparent }) => traceparent);
  const links = isOne ? [] : origins.slice(0, MOST_LINKS).flatMap(linkTo);
  return running(about, isOne ? spanContextOf(only) : undefined, links, isOne ? only : undefined);
}

/** Links of one span; of a commit of very many payloads the first. */
const MOST_LINKS = 128;

/**
 * A span of what came from outside. Without a context of its sender it begins a trace, by the id of the intake: so the same
 * payload that is read again has the same, and its batches are the same to the byte. `carried` goes with them.
 */
export function spanOfIntake(
  about: SpanAbout,
  intakeId: string,
  sender: TraceContext | undefined,
): { span: RunningSpan; carried: TraceContext | undefined } {
  const from = sender ?? beginningOf(intakeId);
  const span = running(about, spanContextOf(from), [], sender);
  return { span, carried: sender ?? (span.isLive ? from : undefined) };
}

/** An id that is 32 hex digits, as those of the hub are, is its trace. */
function beginningOf(intakeId: string): TraceContext {
  const digits = intakeId.replaceAll('-', '');
  const isTrace = /^(?!0+$)[0-9a-f]{32}$/.test(digits) && !/^0+$/.test(digits.slice(SPAN_DIGITS));
  const id = isTrace ? digits : hash('sha256', intakeId, 'hex').slice(0, 2 * SPAN_DIGITS);
  return { traceparent: `00-${id}-${id.slice(SPAN_DIGITS)}-01` };
}

const SPAN_DIGITS = 16;

/** Gives what the SDK still keeps to where it goes, before a process or a thread ends. */
export async function flushSpans(): Promise<void> {
  const proxy = trace.getTracerProvider() as { getDelegate?(): object };
  const provider = (proxy.getDelegate?.() ?? proxy) as { forceFlush?(): Promise<void> };
  await provider.forceFlush?.().catch(() => undefined);
}

function running(
  { name, kind, startedMs, attributes }: SpanAbout,
  parent: SpanContext | undefined,
  links: Link[],
  handedOn: TraceContext | undefined,
): RunningSpan {
  const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const span = trace
    .getTracer(TRACER)
    .startSpan(
      name,
      { kind: KINDS[kind], attributes, links, ...(startedMs && { startTime: startedMs }) },
      context,
    );
  const own = span.spanContext();
  const isLive = trace.isSpanContextValid(own) && own.spanId !== parent?.spanId;
  return {
    isLive,
    context: isLive ? contextOf(own) : handedOn,
    end(facts, error) {
      if (!isLive) return;
      if (facts) span.setAttributes(facts);
      if (error !== undefined) {
        const { code, message } = faultOf(error);
        span.setAttribute('error.type', code);
        span.setStatus({ code: SpanStatusCode.ERROR, message });
      }
      span.end();
    },
  };
}

const nobodys: RunningSpan = { context: undefined, isLive: false, end: () => undefined };

const PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function spanContextOf({ traceparent = '', tracestate }: TraceContext): SpanContext | undefined {
  const [, traceId, spanId, flags] = PARENT.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  const state = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
  return { traceId, spanId, traceFlags, isRemote: true, ...state };
}

function contextOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const flags = (traceFlags & 1).toString(16).padStart(2, '0');
  const state = traceState?.serialize();
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(state && { tracestate: state }) };
}

function linkTo(context: TraceContext): Link[] {
  const to = spanContextOf(context);
  return to ? [{ context: to }] : [];
}

function distinct(contexts: readonly TraceContext[]): TraceContext[] {
  const known = new Map<string, TraceContext>();
  for (const one of contexts) if (one.traceparent !== undefined) known.set(one.traceparent, one);
  return [...known.values()];
}

/** A trace context as JSON, with a comma before it and without brackets; empty where there is none. */
export function traceJson({ traceparent, tracestate }: TraceContext): string {
  if (traceparent === undefined) return '';
  const state = tracestate === undefined ? '' : `,"tracestate":${JSON.stringify(tracestate)}`;
  return `,"traceparent":"${traceparent}"${state}`;
}

/** Of a batch on the broker, whose head says it: found without reading the rest. */
export function traceOfBody({ buffer, byteOffset, byteLength }: Uint8Array): TraceContext {
  const head = Buffer.from(buffer, byteOffset, Math.min(byteLength, HEAD_BYTES));
  const at = head.indexOf(MARK);
  if (at < 0) return {};
  const [, traceparent, tracestate] = SAID.exec(head.toString('utf8', at)) ?? [];
  if (!traceparent) return {};
  return { traceparent, ...(tracestate && { tracestate: JSON.parse(tracestate) as string }) };
}

/** Names of files and flows stand before it. */
const HEAD_BYTES = 4_096;
const MARK = Buffer.from('"traceparent":"');
const SAID = /^"traceparent":"([0-9a-f-]{55})"(?:,"tracestate":("(?:[^"\\]|\\.)*"))?/;
