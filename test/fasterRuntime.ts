import { type Log, type Runtime, systemRuntime } from '../core/runtime.ts';

/** All its clocks and timers run so many times as fast as those of the machine. */
export function fasterRuntime(times: number, log?: Log): Runtime {
  const system = systemRuntime(log);
  const start = system.now();
  return {
    ...system,
    now: () => start + (system.now() - start) * times,
    monotonic: () => system.monotonic() * times,
    sleep: (ms, signal) => system.sleep(ms / times, signal),
    after: (ms, work) => system.after(ms / times, work),
    every: (ms, work) => system.every(ms / times, work),
  };
}
