/** Every error leaves the API as a problem document (RFC 9457). */
import type { Request, Response } from 'express';
import type { Fault, Place } from '../errors.ts';
import { codes, faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Runtime, Time } from '../runtime.ts';
import { InvalidBody, type InvalidField } from './InvalidBody.ts';
import { NamedSchema } from './NamedSchema.ts';
import { shape } from './shape.ts';

export interface Problem {
  /** Leads to what the code means, at each hub. */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  todo: string;
  at?: Place;
  /** The first of those that led to it. */
  faults?: Fault[];
  /** All that is wrong with a body, each at its place. */
  errors?: readonly InvalidField[];
  /** Of a defect: what to look for in the log. */
  instance?: string;
  /** Of a command that was refused as it was booked. */
  id?: string;
  source?: string;
  intakeId?: string;
  parkedId?: string;
  /** Where a version was expected: what there is now. */
  current?: Record<string, unknown>;
}

const at = shape.object(
  {},
  {
    ...shape.texts('file field'),
    line: shape.count(),
    column: shape.count(),
    record: shape.count('Position of the record in its payload, from 1.'),
  },
);

/** One of those that an answer tells of. */
export const faultSchema = new NamedSchema(
  'Fault',
  shape.object(
    { code: shape.text('Stable: never renamed.'), message: shape.text('What happened here.') },
    {
      at: { ...at, description: 'Where.' },
      todo: shape.text('What to do here.'),
      count: shape.count('Of a hint: how many there are of it.'),
      causes: shape.list({ type: 'object' }, 'The first of those that led to it.'),
      retryAfterMs: shape.count('Shortest wait before another attempt.'),
      asked: { type: 'object', description: 'Of a system that was asked: which, and how often.' },
    },
  ),
);

export const problemSchema = new NamedSchema(
  'Problem',
  shape.object(
    {
      type: shape.text('Leads to what the code means; see also docs/errors.md.'),
      title: shape.text('What the code means.'),
      status: { type: 'integer' },
      detail: shape.text('What happened here.'),
      code: shape.text('Stable: never renamed, and never used for something else.'),
      todo: shape.text('What to do about it.'),
    },
    {
      at: { ...at, description: 'Where: file, line, column, record, field.' },
      faults: shape.list(faultSchema, 'The first of the faults that led to it.'),
      errors: shape.list(
        shape.object(
          { pointer: shape.text('JSON pointer into the body.'), message: shape.text() },
          { todo: shape.text() },
        ),
        'All that is wrong with the body.',
      ),
      instance: shape.text('Of a defect: what to look for in the log.'),
      id: shape.text('Of a command that was refused as it was booked: its business key.'),
      source: shape.text('With `id` it is what the command is known by.'),
      intakeId: shape.text('What became of it stands at /v1/messages/{intakeId}.'),
      parkedId: shape.text('Under which it is parked: /v1/parked/{parkedId}.'),
      current: shape.map({}, 'Where a version was expected: what there is now.'),
    },
  ),
);

/** Of a fault that was kept, by a code that this version has no more. */
const unknownCode = { meaning: 'A fault of another version.', status: 500, todo: 'See its text.' };

export function problemOf(fault: Fault): Problem {
  const { meaning, status, todo } = Object.hasOwn(codes, fault.code)
    ? codes[fault.code]
    : unknownCode;
  return {
    type: `/v1/errors/${fault.code}`,
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
  const problem = problemToTell(error, request.path, runtime);
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

/** Of a defect only where to look: what it says goes to the log. */
export function problemToTell(error: unknown, path: string, runtime: Runtime): Problem {
  const fault = faultOf(asStockbusError(error));
  const problem = problemOf(fault);
  if (error instanceof InvalidBody) problem.errors = error.errors;
  if (fault.code !== 'INTERNAL') return problem;
  const instance = `urn:uuid:${runtime.newId()}`;
  const stack = error instanceof Error ? error.stack : String(error);
  runtime.log('error', 'http.defect', { instance, path, stack });
  return { ...problem, instance, detail: 'something went wrong that should not have' };
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
