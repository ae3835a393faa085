import assert from 'node:assert/strict';

const { sumOf } = await import(new URL('../../../console/text/sumOf.ts', import.meta.url).href);

describe('sums of decimal texts', () => {
  it('are exact, and keep the digits of money', () => {
    assert.equal(sumOf(['0.10', '0.20', '-0.30']), '0.00');
    assert.equal(sumOf(['90071992547409.93', '0.000001', '-0.5']), '90071992547409.430001');
    assert.equal(sumOf(['-0.05', '', '–', '0.01']), '-0.04');
    assert.equal(sumOf([]), '0');
  });
});
