/**
 * A process of its own that costs anew what waits in a store, once it is told to, so that a test can
 * kill it in the middle. With a number of commits it stops there and ends no more by itself: however
 * slow the test is, the work is never done before the kill.
 */
import { once } from 'node:events';
import { Recoster } from '../../core/apply/Recoster.ts';
import { openHub } from '../../core/hub/openHub.ts';
import { systemRuntime } from '../../core/runtime.ts';

const [fixture, bounds, most] = process.argv.slice(2);
const { store, config, close } = await openHub(fixture!, process.env, systemRuntime(), {
  roles: [],
});
const commit = store.commit.bind(store);
let left = most === undefined ? Number.POSITIVE_INFINITY : Number(most);
store.commit = (...given) => {
  left -= 1;
  return left < 0 ? new Promise(() => setInterval(() => undefined, 60_000)) : commit(...given);
};
const recoster = new Recoster({
  ...{ store, policy: config.stock, runtime: systemRuntime() },
  bounds: JSON.parse(bounds!),
  committed: () => undefined,
});
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
await recoster.work();
await close();
