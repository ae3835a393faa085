import assert from 'node:assert/strict';
import { consoleRig } from './ConsoleRig.ts';

describe('value in the console', () => {
  const rig = consoleRig();

  it('leads from a month to the SKUs, the postings and the document behind a figure', async () => {
    const page = await rig.page('/value?month=2026-03');
    const sum = page.getByRole('list', { name: 'Roll-forward' });
    await sum.getByText('9,504.00').waitFor();
    const closing = await sum.getByRole('listitem').last().getByRole('link').textContent();
    await rig.audit(page);
    await sum.getByRole('link', { name: '−2,856.01' }).click();
    await page.waitForURL(/move=issued/);
    await page.getByRole('table', { name: 'Issued, by SKU' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/open=sku/);
    const drawer = page.getByRole('complementary');
    await drawer.getByRole('table', { name: 'Journal lines' }).waitFor();
    await drawer.getByText('5000 Cost of sales').first().waitFor();
    await rig.audit(page);
    await drawer.locator('a[href*="document"]').first().click();
    await page.waitForURL(/open=document/);
    await drawer.getByRole('columnheader', { name: 'SKU' }).waitFor();
    await page.keyboard.press('Escape');
    // What a month closes with is the valuation of its last day.
    await sum.getByRole('listitem').last().getByRole('link').click();
    await page.waitForURL(/asOf=2026-03-31&tab=valuation/);
    const all = page.getByRole('list', { name: 'In all' });
    await all.waitFor();
    assert.match((await all.textContent()) ?? '', new RegExp(`${closing}$`));
  });

  it('has ages beside the valuation, and what was not issued for long', async () => {
    const page = await rig.page('/stock');
    for (const key of ['g', 'v']) await page.keyboard.press(key);
    await page.getByText('Nothing moved in this month').waitFor();
    await page.getByRole('link', { name: 'Valuation' }).click();
    const ages = page.getByRole('table', { name: 'How old it is' });
    await ages.getByRole('row', { name: /91\+ days 6,754\.64/ }).waitFor();
    await rig.audit(page);
    const [none, all] = [ages.locator('rect').first(), ages.locator('rect').nth(3)];
    const widths = [await none.boundingBox(), await all.boundingBox()].map(
      (box) => box?.width ?? 0,
    );
    assert.ok(widths[0] === 0 && widths[1]! > 100, `bars of ${widths} pixels`);
    await ages.getByRole('link').click();
    await page.waitForURL(/age=91/);
    await page.getByRole('table', { name: '91+ days' }).getByText('2026-03-12').waitFor();
    await page.getByRole('link', { name: 'Slow movers' }).click();
    await page.getByRole('row', { name: /CUP-200.*2026-03-09/ }).waitFor();
    await rig.audit(page);
  });

  it('fits a phone, in German', async () => {
    const page = await rig.page('/value?month=2026-03', 'phone', { language: 'de' });
    assert.equal(
      await page.getByLabel('Monat', { exact: true }).locator('input').inputValue(),
      '2026-03',
    );
    for (const rest of ['', '&tab=valuation', '&tab=slow', '&open=sku/CUP-200']) {
      if (rest) await page.goto(`/console/value?month=2026-03${rest}`);
      await page.getByRole('table').first().waitFor();
      await rig.assertFits(page);
      await rig.audit(page);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Monat davor' }).click();
    await page.waitForURL(/month=2026-02/);
  });
});
