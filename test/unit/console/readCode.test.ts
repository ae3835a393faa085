import assert from 'node:assert/strict';
import { readCode } from '../../../console/screens/scan/readCode.ts';

const GS = '\u001d';
const GTIN = '04006381333931';

describe('what a scanner reads, on the scan page', () => {
  it('is a GTIN, with what GS1 says beside it, however the symbol wrote it', () => {
    const all = { code: GTIN, lot: 'L1', expiresOn: '2027-02-28', quantity: '12' };
    for (const text of [
      `]d201${GTIN}1727020010L1${GS}3012`,
      `]C101${GTIN}10L1${GS}172702283700012`,
      `01${GTIN}3012${GS}1727022810L1`,
      `${GS}01${GTIN}11260101400PO-1${GS}3103001500${'17270228'}10L1${GS}3012`,
      `(01)${GTIN}(17)270228(10)L1(30)12`,
      `https://id.gs1.org/01/4006381333931/10/L1?17=270228&30=12`,
    ]) {
      assert.deepEqual(readCode(text), all, JSON.stringify(text));
    }
    assert.deepEqual(readCode(`]e001${GTIN}21S-7`), { code: GTIN, serial: 'S-7' });
  });

  it('is a GTIN of 14 digits from EAN and UPC, and any other text as it stands', () => {
    assert.equal(readCode(']E04006381333931').code, GTIN);
    assert.equal(readCode('036000291452').code, '00036000291452');
    assert.equal(readCode('96385074').code, '00000096385074');
    // Its check digit is wrong: no GTIN, and no guess.
    assert.equal(readCode('4006381333932').code, '4006381333932');
    assert.equal(readCode(' ]A0ESP-1KG ').code, 'ESP-1KG');
    assert.equal(readCode('0104006381333932').code, '0104006381333932');
    assert.equal(readCode('https://example.com/01/4006381333931/10/50%').code, GTIN);
  });

  it('has no date that is none', () => {
    assert.equal(readCode(`]d201${GTIN}17271332`).expiresOn, undefined);
    assert.equal(readCode(`]d201${GTIN}17280200`).expiresOn, '2028-02-29');
  });
});
