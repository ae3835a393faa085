import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { consoleRig, type Device } from './ConsoleRig.ts';
import { cameraFilm } from './cameraFilm.ts';

const GTIN = '4006381333931';

describe('the scan page of the console', () => {
  const film = cameraFilm(`(01)${GTIN.padStart(14, '0')}(30)3`);
  const rig = consoleRig({ args: film.args });
  after(film.remove);

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

  it('keeps scans while there is no network, and books each once when there is', async () => {
    const page = await scanPage('/scan?do=receive&once=1&place=DOCK-2', 'phone', {
      language: 'de',
      expected: /ERR_INTERNET_DISCONNECTED/,
    });
    await page.context().setOffline(true);
    await wedge(page, GTIN);
    await page.getByText('1 wartet auf das Netz').waitFor();
    // The label is still before the scanner: that was one scan.
    await wedge(page, GTIN);
    await wedge(page, '4006381333948');
    await page.getByText('2 warten auf das Netz').waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
    // The network is back and the hub is not: the page is opened anew, and what waits is still there.
    let isAway = true;
    let sent = 0;
    await page.route('**/v1/stock/receipts', async (route) => {
      if (isAway) return route.abort('internetdisconnected');
      sent += 1;
      if (sent > 1) return route.continue();
      // The first is booked, and its answer is lost: it is sent again.
      await route.fetch();
      await route.abort('internetdisconnected');
    });
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText('2 warten auf das Netz').waitFor();
    isAway = false;
    for (const isOffline of [true, false]) await page.context().setOffline(isOffline);
    await page.getByText('gebucht', { exact: true }).nth(1).waitFor();
    assert.equal(sent, 3);
    assert.deepEqual((await stockAt('DOCK-2')).sort(), ['1 ESP-1KG', '1 FIL-500']);
  });

  it('says why nothing was booked: an item that nobody knows, and what the hub refuses', async () => {
    const page = await scanPage('/scan?do=pick', 'phone', { expected: /status of 4\d\d/ });
    await wedge(page, '4006381333979');
    await page.getByRole('alert').filter({ hasText: 'Say the place first' }).waitFor();
    await wedge(page, 'HAM');
    await page.waitForURL(/place=HAM/);
    await wedge(page, '96385074');
    await page.getByRole('alert').filter({ hasText: 'No item has the code' }).waitFor();
    await wedge(page, 'ESP-1KG');
    // The place that it leaves is the one that it reaches.
    await page.getByRole('button', { name: 'Move' }).click();
    await page.getByRole('combobox', { name: 'To' }).fill('HAM');
    await page.getByRole('button', { name: 'Book' }).click();
    const refused = page.getByRole('status').filter({ hasText: 'refused' });
    await refused.getByText(/^[A-Z]+_[A-Z_]+$/).waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
    await refused.getByRole('button', { name: 'Put away' }).click();
    await refused.waitFor({ state: 'detached' });
  });

  it('reads a GS1 DataMatrix by the camera, and books what it says', async () => {
    const page = await scanPage('/scan?place=DOCK-3', 'phone', { permissions: ['camera'] });
    await page.getByRole('button', { name: 'Read with the camera' }).click();
    const hand = page.getByRole('form', { name: 'ESP-1KG' });
    await hand.waitFor();
    await rig.audit(page);
    assert.equal(await hand.getByLabel('Quantity').inputValue(), '3');
    await hand.getByRole('button', { name: 'Book' }).click();
    await page.getByRole('status').getByText('booked', { exact: true }).waitFor();
    // The label is still before the camera, and is not taken once more.
    await page.getByRole('button', { name: 'Camera off' }).click();
    assert.equal(await hand.count(), 0);
    assert.deepEqual(await stockAt('DOCK-3'), ['3 ESP-1KG']);
  });
});
