/** Every error leaves the API as a problem document (RFC 9457). */
import type { Request, Response } from 'express';
import type { Fault, Place } from '../errors.ts';
import { codes, faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Runtime, Time } from '../runtime.ts';

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  todo: string;
  at?: Place;
  /** The first of those that led to it. */
  faults?: Fault[];
  /** Of a defect: what to look for in the log. */
  instance?: string;
}

/** Of a fault that was kept, by a code that this version has no more. */
const unknownCode = { meaning: 'A fault of another version.', status: 500, todo: 'See its text.' };

export function problemOf(fault: Fault): Problem {
  const { meaning, status, todo } = Object.hasOwn(codes, fault.code)
    ? codes[fault.code]
    : unknownCode;
  return {
    type: `urn:stockbus:error:${fault.code}`,
    title: meaning,
    status,
    detail: fault.message,
    code: fault.code,
    todo: fault.todo ?? todo,
    ...(fault.at ? { at: fault.at } : {}),
    ...(fault.causes ? { faults: fault.causes } : {}),
  };
}

/** A wait after which a passing failure is worth another attempt, where nobody named one. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Answers with what was thrown. Of a defect the caller learns only where to look: its message may
 * hold what is none of his business.
 */
export async function sendProblem(
  request: Request,
  response: Response,
  error: unknown,
  runtime: Runtime,
): Promise<void> {
  const fault = faultOf(asStockbusError(error));
  const problem = problemOf(fault);
  if (fault.code === 'INTERNAL') {
    problem.instance = `urn:uuid:${runtime.newId()}`;
    problem.detail = 'something went wrong that should not have';
    const stack = error instanceof Error ? error.stack : String(error);
    const { instance } = problem;
    runtime.log('error', 'http.defect', { instance, path: request.path, stack });
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (codes[fault.code].retryable && !response.hasHeader('retry-after')) {
    const seconds = Math.ceil((fault.retryAfterMs ?? 0) / 1_000) || RETRY_AFTER_SECONDS;
    response.setHeader('retry-after', seconds);
  }
  const body = Buffer.from(JSON.stringify(problem));
  response.status(problem.status);
  response.setHeader('content-type', 'application/problem+json');
  response.setHeader('content-length', body.length);
  await endAfterBody(request, response, body, runtime);
}

/** What express itself throws: a path that cannot be decoded. */
function asStockbusError(error: unknown): unknown {
  if (!(error instanceof URIError)) return error;
  return new StockbusError('HTTP_BAD_REQUEST', 'the path is not well-formed', { field: 'path' });
}

/**
 * A sender that is still sending would see a reset connection instead of the answer. So the answer
 * goes out first, then what still comes is dropped for a moment, then the connection is closed.
 */
async function endAfterBody(
  request: Request,
  response: Response,
  body: Buffer,
  time: Time,
): Promise<void> {
  if (request.complete || !hasBody(request)) {
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  response.setHeader('connection', 'close');
  response.write(body);
  await new Promise<void>((resolve) => {
    const timer = time.after(limits.refusedBodyTimeoutMs, resolve);
    const done = () => {
      timer.stop();
      resolve();
    };
    request.once('end', done).once('close', done).once('error', done).resume();
  });
  response.end();
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
