import { GraphQLError } from 'graphql';
import { type Code, StockbusError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import { problemToTell } from '../problem.ts';

/** With what a problem of REST says in `extensions`; of a defect only where to look. */
export function graphqlError(error: Error, path: string, runtime: Runtime): GraphQLError {
  const { extensions, message } = toldOf(error, path, runtime);
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
  const { nodes, source, positions, path: at } = error;
  return new GraphQLError(message, { nodes, source, positions, path: at, extensions });
}

function toldOf(error: Error, path: string, runtime: Runtime) {
  const { detail, code, todo, status, at, instance } = problemToTell(causeOf(error), path, runtime);
  const extensions = { code, status, todo, ...(at && { at }), ...(instance && { instance }) };
  return { message: detail, extensions };
}

/** What graphql says itself is about what was asked, unless it fell over what we answered. */
function causeOf(error: Error): Error {
  if (!(error instanceof GraphQLError)) {
    return error instanceof StockbusError ? error : asked(error.message, 'HTTP_BAD_REQUEST');
  }
  if (error.originalError === undefined) return asked(error.message, 'GRAPHQL_INVALID');
  return error.originalError;
}

const asked = (message: string, code: Code): StockbusError => new StockbusError(code, message);
