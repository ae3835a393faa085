import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { detached, isMostlyDropped } from '../../core/intake/detached.ts';

describe('what is kept of a payload of which most is dropped', () => {
  const member = { record: 3, value: { a: 'x\ud800y', ['__proto__']: 'own', n: 1, none: null } };
  const message = (id: string) =>
    ({ id, dataJson: '{"a":1}', record: 3, records: 1, members: [member] }) as never as Parameters<
      typeof detached
    >[0];

  it('is the same as before, and shares what it shared', () => {
    const copies = new Map<object, unknown>();
    const [one, other] = [detached(message('1'), copies), detached(message('2'), copies)];
    deepEqual(one, message('1'));
    notEqual(one.members[0], member);
    equal(one.members[0], other.members[0]);
  });

  it('is copied where less than a fourth is kept', () => {
    const answers = [isMostlyDropped(1, 3), isMostlyDropped(1, 4), isMostlyDropped(100, 0)];
    deepEqual(answers, [false, true, false]);
  });
});
