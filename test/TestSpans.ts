/** An SDK for tests: it keeps the spans that were ended, in memory. */
import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

export interface EndedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentId: string | undefined;
  links: Link[];
  attributes: Attributes;
  status: SpanStatus | undefined;
}

export class TestSpans implements TracerProvider {
  readonly ended: EndedSpan[] = [];

  register(): void {
    trace.setGlobalTracerProvider(this);
  }

  remove(): void {
    trace.disable();
  }

  getTracer(): Tracer {
    const startSpan = (name: string, options: SpanOptions = {}, context?: Context): Span =>
      this.#start(name, options, context && trace.getSpanContext(context));
    return { startSpan, startActiveSpan: () => undefined as never };
  }

  #start(name: string, options: SpanOptions, parent: SpanContext | undefined): Span {
    const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
    const own: SpanContext = {
      traceId: parent?.traceId ?? hex(16),
      spanId: hex(8),
      traceFlags: parent?.traceFlags ?? 1,
      ...(parent?.traceState && { traceState: parent.traceState }),
    };
    const { attributes = {}, links = [] } = options;
    const { traceId, spanId } = own;
    const parentId = parent?.spanId;
    const said = { attributes: { ...attributes }, status: undefined as SpanStatus | undefined };
    const span: Span = {
      spanContext: () => own,
      setAttribute(key, value) {
        if (value !== undefined) said.attributes[key] = value;
        return span;
      },
      setAttributes(more) {
        Object.assign(said.attributes, more);
        return span;
      },
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus(status) {
        said.status = status;
        return span;
      },
      updateName: () => span,
      end: () => void this.ended.push({ name, traceId, spanId, parentId, links, ...said }),
      isRecording: () => true,
      recordException: () => undefined,
    };
    return span;
  }
}
