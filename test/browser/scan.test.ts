import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { consoleRig, type Device } from './ConsoleRig.ts';

const GTIN = '4006381333931';

describe('the scan page of the console', () => {
  const rig = consoleRig();

  const scanPage = async (address: string, device: Device = 'phone', options = {}) => {
    const page = await rig.page(address, device, options);
    // What is known of items and places is there: the label of a place is understood.
    await page.locator('#scan-places option').first().waitFor({ state: 'attached' });
    return page;
  };
  /** As a scanner that acts as a keyboard: a burst, then Enter, whatever has the focus. */
  const wedge = async (page: Page, text: string): Promise<void> => {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  /** What lies there now, without what is gone again. */
  const stockAt = async (place: string): Promise<string[]> => {
    const answer = await fetch(`${rig.hub.url}/v1/stock?location=${place}`);
    const { rows } = (await answer.json()) as { rows: { sku: string; onHand: string }[] };
    return rows.filter(({ onHand }) => onHand !== '0').map(({ sku, onHand }) => `${onHand} ${sku}`);
  };

  it('books a receipt by a keyboard wedge, and takes it back', async () => {
    const page = await scanPage('/scan?place=DOCK-1');
    await wedge(page, `]d201${GTIN.padStart(14, '0')}3012`);
    const hand = page.getByRole('form', { name: 'ESP-1KG' });
    assert.equal(await hand.getByLabel('Quantity').inputValue(), '12');
    await rig.assertFits(page);
    await rig.audit(page);
    await hand.getByRole('button', { name: 'One more' }).click();
    await hand.getByRole('button', { name: 'Book' }).click();
    const result = page
      .getByRole('status')
      .filter({ hasText: '13 PCS ESP-1KG received at DOCK-1' });
    await result.getByText('booked', { exact: true }).waitFor();
    await rig.audit(page);
    assert.deepEqual(await stockAt('DOCK-1'), ['13 ESP-1KG']);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('listitem').filter({ hasText: 'undone' }).waitFor();
    assert.deepEqual(await stockAt('DOCK-1'), []);
  });
});
