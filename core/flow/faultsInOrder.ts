import type { Fault } from '../errors.ts';

/** By file and place, as a compiler prints them. */
export function faultsInOrder(faults: readonly Fault[]): Fault[] {
  const place = (fault: Fault) =>
    [fault.at?.file ?? '', fault.at?.line ?? 0, fault.at?.column ?? 0] as const;
  return faults.toSorted((left, right) => {
    const [fileA, lineA, columnA] = place(left);
    const [fileB, lineB, columnB] = place(right);
    return fileA === fileB ? lineA - lineB || columnA - columnB : fileA < fileB ? -1 : 1;
  });
}
