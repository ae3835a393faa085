import { deepEqual } from 'node:assert/strict';
import { auditThreads } from '../../../core/hub/AuditThread.ts';

describe('threads that verify beside the first', () => {
  const counts = (answersAtOnce: boolean): number[] =>
    [1, 2, 3, 8].map((cores) => auditThreads('', { answersAtOnce }, cores).length);

  it('are one at least of a store in a file, and three at most', () => {
    deepEqual(counts(true), [1, 1, 2, 3]);
  });

  it('leave a core to a server', () => {
    deepEqual(counts(false), [0, 0, 1, 3]);
  });
});
