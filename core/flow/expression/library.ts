/** Expressions that run in the jsonata library: everything, within bounds, but asynchronously. */
import jsonata from 'jsonata';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Expression } from '../../ports.ts';
import { notLiteral } from './ast.ts';
import type { Variables } from './closures.ts';
import { type FunctionContext, functions } from './functions.ts';
import { LinearRegExp } from './LinearRegExp.ts';
import { makeTest } from './testLibrary.ts';
import { makeTextsStrict } from './textLibrary.ts';

/** A test is evaluated in the logic of threeValued.ts; in a key, no part of a text may be nothing. */
export type ExpressionForm = 'value' | 'test' | 'key';

/** Codes of the library for time, depth and length of what ran away. */
const RUNAWAY = ['D1011', 'D1012', 'D2014', 'D2015', 'U1001'];

const bounds = {
  timeout: limits.expressionTimeoutMs,
  stack: limits.expressionDepth,
  sequence: limits.expressionItems,
  // The library asks for the constructor alone, and of its instances for `lastIndex` and `exec`.
  RegexEngine: LinearRegExp as unknown as RegExpConstructor,
};

/** Results are promises. Their values are the caller's own: the input is never changed. */
export function compileForLibrary(
  text: string,
  variables: Variables,
  context: FunctionContext,
  form: ExpressionForm = 'value',
): Expression {
  const program = jsonata(text, bounds);
  makeTextsStrict(program, form === 'key');
  if (form === 'test') makeTest(program);
  for (const [name, spec] of Object.entries(functions)) {
    const unknowns = Array.from({ length: spec.arity[1] }, () => notLiteral);
    program.registerFunction(name, spec.make(context, unknowns));
  }
  const names = Object.entries(variables);
  return async (scope) => {
    const bindings: Record<string, unknown> = {};
    for (const [name, read] of names) bindings[name] = read(scope);
    try {
      return plain(await program.evaluate(scope.value, bindings));
    } catch (error) {
      throw asFault(error);
    }
  };
}

/** The library marks lists that it made; the mark is not for others. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? Array.from(value, plain) : value;
}

function asFault(error: unknown): StockbusError {
  if (error instanceof StockbusError) return error;
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && RUNAWAY.includes(code)) {
    return new StockbusError('EXPR_TIMEOUT', `the expression ran away: ${message}`);
  }
  const cause = error instanceof RangeError ? 'EXPR_TIMEOUT' : 'EXPR_FAILED';
  return new StockbusError(cause, message ?? String(error), undefined, { cause: error });
}
