import { deepEqual, equal, match } from 'node:assert/strict';
import { formatFault, hintCodes, isHint } from '../../../core/errors.ts';

describe('Hints', () => {
  it('are told apart from faults by their code', () => {
    equal(isHint({ code: 'DATE_IN_FUTURE', message: 'x' }), true);
    equal(isHint({ code: 'EXPR_FAILED', message: 'x' }), false);
    deepEqual(hintCodes.includes('COST_MISSING'), true);
  });

  it('say how they are silenced', () => {
    for (const code of hintCodes) match(formatFault({ code, message: 'x' }), /allow the code/);
  });
});
