import assert from 'node:assert/strict';
import { consoleRig } from './ConsoleRig.ts';

describe('the frame of the console', () => {
  const rig = consoleRig();

  it('leads by mouse, keyboard and address to every screen, and says where one is', async () => {
    const page = await rig.page('/');
    await page.keyboard.press('/');
    await page.keyboard.type('ESP-1KG');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/console/search?q=ESP-1KG');
    await page.locator('h1').click();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.waitForURL('**/console');
    await page.waitForFunction(`document.title === 'Now · Stockbus'`);
    await page.getByRole('link', { name: 'Search' }).first().click();
    await page.waitForURL('**/console/search');
    await page.goBack();
    assert.equal(await page.locator('h1').textContent(), 'Now');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('go to Now').waitFor();
    await rig.audit(page);
  });

  it('says on every screen that the past is looked at, in the address and in every link', async () => {
    const page = await rig.page('/');
    await page.getByText('as of').click();
    await page.getByLabel('Day').first().fill('2026-03-31');
    await page.getByText('You look at 31 Mar 2026').waitFor();
    await page.getByRole('link', { name: 'Search' }).first().click();
    await page.waitForURL('**/console/search?asOf=2026-03-31');
    await page.getByRole('link', { name: 'Back to now' }).click();
    await page.waitForURL('**/console/search');
  });

  it('fits a phone, with five places under the thumb', async () => {
    const page = await rig.page('/', 'phone', { language: 'de' });
    await page.getByRole('navigation').getByText('Suche').tap();
    await page.waitForURL('**/console/search');
    await rig.assertFits(page);
    await rig.audit(page);
  });

  it('is light, dark, English or German as who looks wishes', async () => {
    const page = await rig.page('/');
    await page.getByLabel('Me and my settings').click();
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('link', { name: 'Jetzt' }).first().waitFor();
    await page.getByLabel('Ich und meine Einstellungen').click();
    await page.getByLabel('Darstellung').selectOption('dark');
    const ground = 'getComputedStyle(document.body).backgroundColor';
    assert.equal(await page.evaluate(ground), 'rgb(22, 23, 21)');
    await page.reload();
    assert.equal(await page.evaluate(ground), 'rgb(22, 23, 21)');
    await page.getByRole('link', { name: 'Jetzt' }).first().waitFor();
  });
});
