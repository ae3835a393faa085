import assert from 'node:assert/strict';
import { consoleRig } from './ConsoleRig.ts';

describe('flows in the console', () => {
  const rig = consoleRig();

  it('lists flows; one says how it does, is paused with a reason and resumed', async () => {
    const page = await rig.page('/flows?tab=table');
    const row = page.getByRole('row', { name: /erp-purchase-receipts/ });
    await row.getByRole('link', { name: '4 parked' }).waitFor();
    await rig.audit(page);
    await row.click();
    const drawer = page.getByRole('complementary', { name: 'erp-purchase-receipts' });
    await drawer.getByText('receipts-*.csv').waitFor();
    await drawer.getByText('filter → map → group').waitFor();
    const story = await drawer
      .getByRole('link', { name: 'receipts-2026-03.csv' })
      .getAttribute('href');
    assert.match(story!, /^\/console\/search\?key=/);
    const parked = drawer.getByRole('link', { name: '4 records' });
    assert.equal(await parked.getAttribute('href'), '/console/parked?flow=erp-purchase-receipts');
    await rig.audit(page);
    await drawer.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is lost.').waitFor();
    const pause = dialog.getByRole('button', { name: 'Pause erp-purchase-receipts' });
    assert.equal(await pause.isDisabled(), true);
    await page.keyboard.type('the ERP sends nonsense');
    await page.keyboard.press('Enter');
    await drawer
      .getByText(/: the ERP sends nonsense/)
      .first()
      .waitFor();
    await row.getByText('paused').waitFor();
    await drawer.getByRole('button', { name: 'Resume' }).click();
    await dialog.getByRole('button', { name: 'Resume erp-purchase-receipts' }).click();
    await row.getByText('running').waitFor();
    // By keyboard to the next one, and out again.
    await page.keyboard.press('j');
    await page.waitForURL(/open=item-master-data/);
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
  });

  it('draws what flows where; each end, each count and each flow leads on', async () => {
    const page = await rig.page('/flows');
    const map = page.getByRole('region', { name: 'Map' });
    await map.getByRole('link', { name: 'erp-purchase-receipts: 4 records parked' }).waitFor();
    const away = map.getByRole('link', { name: /webshop \(http\): \d+ messages wait/ });
    assert.match((await away.getAttribute('href'))!, /delivery\?open=stock-feed-webshop$/);
    // What is parked does not arrive, who takes nothing is red, and what is idle dashed.
    assert.equal(await map.locator('path.tone-bad').count(), 6);
    assert.ok((await map.locator('path[stroke-dasharray]').count()) > 50);
    await rig.assertFits(page);
    await rig.audit(page);
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(/open=order-reservations/);
    await page.keyboard.press('j');
    await page.waitForURL(/open=erp-cancellations/);
    await rig.audit(page);
    await page.keyboard.press('Escape');
    await map.getByRole('link', { name: 'finance-inbox (folder)' }).click();
    await page.waitForURL(/end=connector/);
    await map.getByRole('link', { name: 'erp-cancellations' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /with parked records/ }).click();
    await map.getByRole('link', { name: 'item-master-data', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Table' }).click();
    await page.getByRole('table', { name: 'Flows' }).waitFor();
    await page.goto('/console/flows?open=long-gone');
    await page.getByRole('link', { name: 'What of it is parked' }).waitFor();
  });

  it('is a list on a phone, in German, with what jams first', async () => {
    const page = await rig.page('/flows', 'phone', { language: 'de' });
    const first = page.getByRole('row').nth(1);
    await first.getByText('Empfänger nimmt nichts an').waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
    await first.getByRole('link').first().tap();
    const drawer = page.getByRole('complementary', { name: 'stock-feed-webshop' });
    await drawer.getByText('nimmt nichts an').waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
  });
});
