import { deepEqual } from 'node:assert/strict';
import { auditThreads } from '../../../core/hub/AuditThread.ts';

describe('threads that verify beside the first', () => {
  const counts = (address: string): number[] =>
    [1, 2, 3, 8].map((cores) => auditThreads(address, cores).length);

  it('are one at least of a store in a file, and three at most', () => {
    deepEqual(counts('file:/data'), [1, 1, 2, 3]);
  });

  it('leave a core to a server', () => {
    deepEqual(counts('mongodb://127.0.0.1/stockbus'), [0, 0, 1, 3]);
  });
});
