/** The hub of bench/ledger/hub over the pair that the environment names. */
import { openHub } from '../../core/hub/openHub.ts';
import type { Runtime } from '../../core/runtime.ts';
import { noMetrics, systemRuntime } from '../../core/runtime.ts';
import { ledgerFixture } from './ledgerFixture.ts';

/** Warnings and errors are told: a figure with them is none. */
export function benchRuntime(count: Runtime['metrics']['count'] = () => undefined): Runtime {
  return systemRuntime(
    (level, event, fields) => {
      if (level === 'warn' || level === 'error') {
        process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
      }
    },
    { ...noMetrics, count },
  );
}

export const openLedger = (runtime: Runtime) =>
  openHub(ledgerFixture, process.env, runtime, { roles: [] });

/** Only apply, so that all of the machine is its own. */
export const openApply = (runtime: Runtime) =>
  openHub(ledgerFixture, process.env, runtime, { roles: ['apply'] });
