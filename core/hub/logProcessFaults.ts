import type { Log } from '../runtime.ts';

/**
 * What Node and its packages say for themselves becomes lines of the log, so that each of them is one, and a defect in a
 * callback that nobody waits for is told and ends nothing: whatever was in hand is not acknowledged, and comes again.
 * The result takes it back.
 */
export function logProcessFaults(log: Log): () => void {
  const warned = ({ name, message, code }: Error & { code?: string }): void =>
    log('warn', 'process.warning', { name, code, message });
  const failed = (error: unknown): void => {
    const { stack, message } = error instanceof Error ? error : new Error(String(error));
    log('error', 'process.defect', { message, stack });
  };
  const own = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', warned);
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  return () => {
    process.off('warning', warned);
    process.off('uncaughtException', failed);
    process.off('unhandledRejection', failed);
    for (const listener of own) process.on('warning', listener);
  };
}
