import type { Log } from '../runtime.ts';

/** Of sysexits.h: an error in the program itself. */
const EX_SOFTWARE = 70;

const ofThePrograms = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError];
const defects: ReadonlySet<unknown> = new Set([
  undefined,
  'INTERNAL',
  'ERR_ASSERTION',
  'ERR_INTERNAL_ASSERTION',
]);

/**
 * What Node and its packages say for themselves becomes lines of the log, so that each of them is one. A failure that nobody
 * waits for is told. After a promise that was rejected, or a failure of the world that came through a callback, the process goes on:
 * what was in hand is not acknowledged, and comes again. A defect that came through a callback has cut off whoever called it in
 * the middle of its work, and nobody knows what is left of that: the process, or its thread, ends at once (`end`), as by
 * kill -9, and who supervises it begins it anew. The result takes it back.
 */
export function logProcessFaults(
  log: Log,
  end: () => void = () => process.exit(EX_SOFTWARE),
): () => void {
  const warned = ({ name, message, code }: Error & { code?: string }): void =>
    log('warn', 'process.warning', { name, code, message });
  const rejected = (error: unknown): void => tell(log, error, false);
  const thrown = (error: unknown): void => {
    const isLast = !isOfTheWorld(error);
    tell(log, error, isLast);
    if (isLast) end();
  };
  const own = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', warned);
  process.on('uncaughtException', thrown);
  process.on('unhandledRejection', rejected);
  return () => {
    process.off('warning', warned);
    process.off('uncaughtException', thrown);
    process.off('unhandledRejection', rejected);
    for (const listener of own) process.on('warning', listener);
  };
}

function tell(log: Log, error: unknown, ends: boolean): void {
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  log('error', 'process.defect', { message, stack, ends });
}

/** It names what happened outside, as a system or a driver does: a connection that broke, a server that went away. */
function isOfTheWorld(error: unknown): boolean {
  if (ofThePrograms.some((kind) => error instanceof kind)) return false;
  return error instanceof Error && 'code' in error && !defects.has(error.code);
}
