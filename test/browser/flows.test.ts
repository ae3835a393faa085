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
});
