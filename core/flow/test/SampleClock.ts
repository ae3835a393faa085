import { type Runtime, uuidV7 } from '../../runtime.ts';

/** A runtime whose time is that of the sample that is looked at. */
export class SampleClock {
  now: number | undefined;
  readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    const now = (): number => this.now ?? runtime.now();
    this.runtime = { ...runtime, now, newId: () => uuidV7(now()) };
  }
}
