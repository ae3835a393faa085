import { deepEqual, equal, match } from 'node:assert/strict';
import { allowableCodes, formatFault, isHint } from '../../../core/errors.ts';

describe('Hints', () => {
  it('are told apart from faults by their code', () => {
    equal(isHint({ code: 'DATE_IN_FUTURE', message: 'x' }), true);
    equal(isHint({ code: 'EXPR_FAILED', message: 'x' }), false);
    deepEqual(allowableCodes.includes('COST_MISSING'), true);
  });

  it('say how they are silenced', () => {
    for (const code of allowableCodes) match(formatFault({ code, message: 'x' }), /allow the code/);
  });
});
