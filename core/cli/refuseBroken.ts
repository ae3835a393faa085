import { type Fault, FaultList } from '../errors.ts';

/** Throws what is wrong with the flow, where it is one of those that were left out. */
export function refuseBroken(name: string, broken: readonly Fault[] = []): void {
  const files = [`flows/${name}.yaml`, `flows/${name}.yml`];
  const own = broken.filter(({ at }) => files.includes(at?.file ?? ''));
  if (own.length > 0) throw new FaultList(own);
}
