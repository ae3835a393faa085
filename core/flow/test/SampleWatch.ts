import type { Scope } from '../../ports.ts';
import type { PathRead } from '../expression/pathReads.ts';
import type { Variables } from '../expression/variables.ts';
import { FlowCoverage } from './FlowCoverage.ts';
import { type ReadingPlace, SeenPaths } from './SeenPaths.ts';

/** What samples show of flows: what of them is reached, and which of the names that they read are there. */
export class SampleWatch extends FlowCoverage {
  readonly paths = new SeenPaths();

  reads(
    place: ReadingPlace,
    reads: readonly PathRead[],
    variables: Variables,
  ): (scope: Scope) => void {
    const look = this.paths.reader(place, reads);
    const roots = new Set(reads.map(({ root }) => root));
    return (scope) => {
      for (const root of roots) look(root, root === '' ? scope.value : variables[root]?.(scope));
    };
  }
}
