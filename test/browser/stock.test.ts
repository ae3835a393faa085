import assert from 'node:assert/strict';
import { consoleRig } from './ConsoleRig.ts';

describe('stock in the console', () => {
  const rig = consoleRig();

  it('leads from a number to the row of the file that it came by', async () => {
    const page = await rig.page('/stock');
    const row = page.getByRole('row', { name: /ESP-1KG HAM/ });
    await row.waitFor();
    await rig.audit(page);
    await row.click();
    const drawer = page.getByRole('complementary', { name: 'ESP-1KG' });
    await drawer.getByRole('table', { name: 'Entries that make it' }).waitFor();
    const figure = await drawer.locator('.stock-figure').textContent();
    assert.match((await row.textContent()) ?? '', new RegExp(`${figure}$`));
    await rig.audit(page);
    await drawer.getByRole('button', { name: 'Value' }).click();
    await page.waitForURL(/by=value/);
    await drawer.getByText('After it, EUR').waitFor();
    await drawer
      .getByRole('link', { name: /\.(csv|xml|json)/ })
      .first()
      .click();
    await page.waitForURL(/\/search\?q=/);
    await page
      .getByText(/came in/)
      .first()
      .waitFor();
  });

  it('is walked by keyboard, filtered in the address, and fits a phone', async () => {
    const page = await rig.page('/stock?location=HAM', 'phone', { language: 'de' });
    await page.getByRole('row', { name: /ESP-1KG/ }).waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
    for (const key of ['j', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(/open=/);
    await page.getByRole('table', { name: 'Buchungen, aus denen er besteht' }).waitFor();
    await rig.assertFits(page);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('open'));
    await page.goto(page.url().replace('location=HAM', 'location=MOON'));
    await page.getByText('Dort liegt nichts.').waitFor();
  });
});
