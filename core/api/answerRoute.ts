import type { Request } from 'express';
import type { Body } from './jsonBody.ts';
import { type Context, type Route, readValues } from './Route.ts';

export interface RouteCall {
  route: Route;
  /** Of its path. */
  params: Readonly<Record<string, string>>;
  /** Of its query, as texts. */
  values: Readonly<Record<string, string>>;
}

/**
 * What a route answers in JSON to somebody within the process: the same as by HTTP, whoever asks. Throws what the route
 * throws, and HTTP_BAD_REQUEST for values that it would refuse.
 */
export async function answerRoute(context: Context, call: RouteCall): Promise<Body> {
  const { route, params } = call;
  const request = requestOf(call);
  let answer: Body = {};
  const response = {
    json: (body: Body) => {
      answer = body;
      return response;
    },
    // What stands in headers stands in the answer, too.
    ...Object.fromEntries(HEADERS.map((name) => [name, () => response])),
  };
  const values = readValues(route, request);
  await route.handle(context, Object.assign(request, { params }), response as never, values, {});
  return answer;
}

const HEADERS = ['set', 'setHeader', 'header', 'vary', 'links', 'status', 'location', 'type'];

function requestOf({ route, params, values }: RouteCall): Request {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name]!),
  );
  const query = new URLSearchParams(values).toString();
  return {
    method: 'GET',
    ...{ path, originalUrl: query === '' ? path : `${path}?${query}` },
    headers: {},
    get: () => undefined,
    accepts: (types: readonly string[]) => types[0],
  } as unknown as Request;
}
