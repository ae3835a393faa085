import DataLoader from 'dataloader';
import { tupleKey } from '../../tupleKey.ts';
import { answerRoute, type RouteCall } from '../answerRoute.ts';
import { requireScope } from '../auth/Caller.ts';
import { refuseRows } from '../auth/refuseRows.ts';
import type { Body } from '../jsonBody.ts';
import type { Context } from '../Route.ts';
import { queryBounds } from './bounds.ts';

/**
 * What the fields of one query ask of routes: the same only once, by all that was said (date and moment of knowledge
 * among it), and few at the same time.
 */
export class RouteCalls {
  readonly context: Context;
  /** Aborted when nobody waits for the answer any longer. */
  readonly ended: AbortSignal;
  readonly #loader: DataLoader<RouteCall, Body, string>;

  constructor(context: Context, ended: AbortSignal) {
    this.context = context;
    this.ended = ended;
    this.#loader = new DataLoader((calls) => this.#answers(calls), { cacheKeyFn: keyOf });
  }

  /** Throws HTTP_SCOPE, HTTP_ROWS, and what the route throws. */
  async answer(call: RouteCall): Promise<Body> {
    requireScope(this.context.caller, call.route.scope);
    refuseRows(this.context.caller, call.route.rows);
    return this.#loader.load(call);
  }

  async #answers(calls: readonly RouteCall[]): Promise<(Body | Error)[]> {
    const answers: (Body | Error)[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < calls.length; index = next++) {
        this.ended.throwIfAborted();
        answers[index] = await answerRoute(this.context, calls[index]!).catch(asError);
      }
    };
    await Promise.all(Array.from({ length: queryBounds.atOnce }, work));
    return answers;
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

function keyOf({ route, params, values }: RouteCall): string {
  const said = Object.entries({ ...params, ...values }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return tupleKey(route.path, ...said.flat());
}
