/** Events as they happen, as Server-Sent Events. */
import type { Request, Response } from 'express';
import { isStockbusError } from '../../errors.ts';
import { type EventType, eventTypes } from '../../message.ts';
import type { Callers } from '../auth/Callers.ts';
import type { Parameter, Values } from '../parameters.ts';
import { problemOf } from '../problem.ts';
import type { Context, Route } from '../Route.ts';
import { streamBounds } from './bounds.ts';
import type { EventFilter } from './EventFilter.ts';
import type { EventGap, StreamItem } from './EventReader.ts';
import { SseResponse, sseEvent } from './SseResponse.ts';

const namesOf = (value: string): string[] => value.split(',');

const names = (name: string, about: string): Parameter => ({
  ...{ name, about },
  schema: { type: 'string', minLength: 1, examples: ['A-100,A-200'] },
  problem(value) {
    const list = namesOf(value);
    if (list.length > streamBounds.names) return `has more than ${streamBounds.names} names`;
    return list.some((one) => one === '') ? 'has an empty name' : undefined;
  },
});

const types: Parameter = {
  name: 'types',
  about:
    'Only events of these types, with commas between; all that the caller may see when left out.',
  schema: { type: 'string', examples: [eventTypes.join(',')] },
  problem(value) {
    const known: readonly string[] = eventTypes;
    const wrong = namesOf(value).find((one) => !known.includes(one));
    return wrong === undefined ? undefined : `names none of ${eventTypes.join(', ')}`;
  },
};

const after: Parameter = {
  name: 'after',
  about:
    'Id of the last event that the reader has; those after it come first. `0`: all that are kept. The header Last-Event-ID says the same, and goes before it. Left out: what happens from now on.',
  schema: { type: 'string', examples: ['00-17'] },
};

export const eventRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/events',
    scope: 'stock:read',
    rows: 'own',
    summary:
      'Events as they happen, as Server-Sent Events: each once, in the order of its group, from where a reader was.',
    answer: 'text/event-stream',
    errors: ['CURSOR_INVALID', 'EVENT_STREAMS_TOO_MANY'],
    query: [
      types,
      names('sku', 'Only what is about one of these SKUs, with commas between.'),
      names('location', 'Only what is about one of these places, with commas between.'),
      after,
    ],
    handle: sendEvents,
  },
];

async function sendEvents(
  { live, caller, callers, runtime }: Context,
  request: Request,
  response: Response,
  values: Values,
): Promise<void> {
  const sse = new SseResponse(request, response, runtime);
  const stream = await live.open(caller, filterOf(values), cursorOf(request, values), sse.ended);
  try {
    let { id } = stream;
    if (request.method === 'HEAD') {
      response.type('text/event-stream').end();
      return;
    }
    // An id without data is kept by the reader and shown to nobody.
    sse.begin(async () => {
      await stillLetIn(callers, request);
      return `: ${new Date(runtime.now()).toISOString()}\nid: ${id}\n\n`;
    });
    await sse.write(`retry: ${streamBounds.comeAgainMs}\nid: ${id}\n\n`);
    await sse.flush();
    for await (const told of stream.told) {
      id = told.id;
      const text = textOf(told, stream.showsValues);
      if (text === undefined) await sse.flush();
      else await sse.write(text);
    }
    await sse.close();
  } catch (error) {
    await sse.fail(error);
  } finally {
    stream.close();
  }
}

/** Throws HTTP_UNAUTHORIZED where the key was revoked, or the session ended, since it began. */
export async function stillLetIn(callers: Callers, request: Request): Promise<void> {
  await callers.look(request);
  const told = callers.of(request);
  if ('problem' in told && isStockbusError(told.problem, 'HTTP_UNAUTHORIZED')) throw told.problem;
}

function textOf(told: StreamItem, showsValues: boolean): string | undefined {
  if (told.kind === 'passed') return undefined;
  if (told.kind === 'gap') return sseEvent('gap', JSON.stringify(gapFacts(told.gap)), told.id);
  const { type, json, unvalued } = told.event;
  return sseEvent(type, showsValues ? json : unvalued, told.id);
}

/** What is missing, and from where it goes on. */
export const gapFacts = ({ fault, group, after: last, next }: EventGap): object => ({
  ...problemOf(fault.fault),
  ...{ group, after: last, next },
});

const filterOf = ({ types: only, sku, location }: Values): EventFilter => ({
  ...(only === undefined ? {} : { types: namesOf(only) as EventType[] }),
  ...(sku === undefined ? {} : { skus: namesOf(sku) }),
  ...(location === undefined ? {} : { locations: namesOf(location) }),
});

function cursorOf(request: Request, values: Values): { text: string; field: string } | undefined {
  const header = request.get('last-event-id');
  if (header) return { text: header, field: 'Last-Event-ID' };
  return values.after === undefined ? undefined : { text: values.after, field: 'after' };
}
