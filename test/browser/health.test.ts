import assert from 'node:assert/strict';
import { consoleRig } from './ConsoleRig.ts';

describe('health in the console', () => {
  const rig = consoleRig();

  it('says whether it is us or them, and leads to what waits', async () => {
    const page = await rig.page('/stock');
    for (const key of ['g', 'h']) await page.keyboard.press(key);
    await page.waitForURL(/\/console\/health$/);
    const parts = page.getByRole('table', { name: 'Parts of the hub' });
    await parts.getByRole('row', { name: /broker.*works/ }).waitFor();
    await page.getByText('All parts of the hub work.').waitFor();
    await page.getByText(/In \d+ queues? nothing waits/).waitFor();
    await rig.audit(page);
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.waitForURL(/queues=all/);
    await page.getByRole('cell', { name: /stock\.commands/ }).waitFor();
    await page.getByRole('link', { name: 'Deployments' }).click();
    await page.getByRole('row', { name: /erp-purchase-receipts in a file/ }).waitFor();
    await rig.audit(page);
    await page.goto('/console/health');
    await page
      .getByRole('row', { name: /Parked records/ })
      .getByRole('link')
      .click();
    await page.waitForURL(/\/parked$/);
  });

  it('names the line of each setting, and who did what to what', async () => {
    const page = await rig.page('/health?tab=config');
    await page.getByRole('searchbox', { name: 'Name or value' }).fill('stock.zone');
    const row = page.getByRole('row', { name: /stock\.zone/ });
    await row.getByRole('button', { name: /config\/hub\.yaml:\d+/ }).click();
    assert.match(await page.evaluate('navigator.clipboard.readText()'), /^config\/hub\.yaml:\d+$/);
    assert.match(page.url(), /find=stock\.zone/);
    await rig.audit(page);
    await page.getByRole('searchbox', { name: 'Name or value' }).fill('no such setting');
    await page.getByText('No setting is called so').waitFor();

    await page.goto('/console/health?tab=trail');
    await page.getByText('Nobody did anything by hand yet.').waitFor();
    const list = await fetch(`${rig.hub.url}/v1/parked`);
    const [parked] = ((await list.json()) as { rows: { id: string }[] }).rows;
    assert.ok(parked);
    const dismissal = { method: 'POST', body: JSON.stringify({ reason: 'A test of ours' }) };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${rig.hub.url}/v1/parked/${parked.id}/dismiss`, { ...dismissal, headers });
    await page.reload();
    const act = page.getByRole('row', { name: /parked\.dismissed.*A test of ours/ });
    await act.waitFor();
    await rig.audit(page);
    await act.getByRole('link', { name: 'parked.dismissed' }).click();
    await page.waitForURL(/of=parked\.dismissed/);
    await act.locator(`a[title="${parked.id}"]`).click();
    await page.waitForURL(/\/parked\?open=/);
  });

  it('fits a phone, in German', async () => {
    const page = await rig.page('/health?queues=all', 'phone', { language: 'de' });
    await page.getByText('Alle Teile des Hubs arbeiten.').waitFor();
    for (const tab of ['', 'deployments', 'config', 'trail']) {
      if (tab) await page.goto(`/console/health?tab=${tab}`);
      await page.locator('main table, main .empty').first().waitFor();
      await rig.assertFits(page);
      await rig.audit(page);
    }
  });
});
