import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { consoleRig } from './ConsoleRig.ts';
import { registeredScreens } from './registeredScreens.ts';

const TOKEN = randomBytes(32).toString('hex');

describe('the console', () => {
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
    for (const name of ['Mehr', 'Suche']) {
      await page.getByRole('navigation').getByText(name).tap();
    }
    await page.waitForURL('**/console/search');
    await rig.assertFits(page);
    await rig.audit(page);
  });

  it('has no screen that is wider than 360 px in German, or that complains', async () => {
    const page = await rig.page('/', 'phone', { language: 'de' });
    await page.setViewportSize({ width: 360, height: 780 });
    for (const { path, title } of await registeredScreens()) {
      await page.goto(`/console${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      assert.match(await page.title(), / · Stockbus$/);
      assert.ok(
        (await page.locator(`a[href^="/console${path === '/' ? '' : path}"]`).count()) > 0,
        title,
      );
      await rig.assertFits(page);
    }
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

  it('says first what needs a person, since when and how many, each with its action', async () => {
    const page = await rig.page('/');
    const todos = page.getByRole('list', { name: 'What needs a person' });
    const receipts = todos.getByRole('listitem').filter({ hasText: 'erp-purchase-receipts' });
    await receipts.getByText('4 records are parked').waitFor();
    await receipts.getByText('and 3 other causes').waitFor();
    const action = receipts.getByRole('link', { name: 'Correct 4 records' });
    await rig.audit(page);
    await action.click();
    await page.waitForURL('**/console/parked?flow=erp-purchase-receipts');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'parked.csv');
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n');
    assert.equal(lines.length, 5);
  });

  it('resumes a flow only after it said what that means, with the focus on leaving it', async () => {
    const { hub } = rig.hub.open;
    await hub.pauses.pause({ flow: 'webshop-returns', by: 'user:ada', reason: 'counting' });
    const page = await rig.page('/', 'phone');
    await page.getByText('By user:ada: counting').waitFor();
    await page.getByRole('button', { name: 'Resume' }).tap();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The flow goes on with what waits for it').waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Resume' }).tap();
    await dialog.getByRole('button', { name: 'Resume webshop-returns' }).tap();
    await page.getByText('By user:ada: counting').waitFor({ state: 'detached' });
    await rig.assertFits(page);
    await rig.audit(page);
  });

  it('leads from a purchase order to the story from file to subscriber, by keyboard alone', async () => {
    const page = await rig.page('/');
    await page.keyboard.press('/');
    await page.keyboard.type('PO-7790');
    await page.keyboard.press('Enter');
    const story = page.getByRole('list', { name: 'What becomes of PO-7790' });
    await story.getByText('receipts-2026-03.csv came in').waitFor();
    await story.getByText('2 entries booked').waitFor();
    await story.getByText('events told').waitFor();
    // Nobody listens there: what fails is red, with its words.
    await story.getByText('stock-feed-webshop did not take it').first().waitFor();
    await story.getByRole('link', { name: 'CUP-200' }).first().click();
    await page.getByRole('list', { name: 'What becomes of CUP-200' }).waitFor();
    await page.goBack();
    await story.waitFor();
    await rig.audit(page);
  });

  it('shows the row of the file behind what is parked, on a phone as well', async () => {
    const page = await rig.page('/search?q=WE-26-0316', 'phone');
    await page.getByText('Record 9 is parked').waitFor();

    await page.getByRole('cell', { name: '9,8O' }).first().waitFor();
    await page.getByRole('button', { name: 'What each step made of it' }).tap();
    await page.getByRole('region', { name: 'map' }).waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
    assert.match(
      (await page.getByRole('link', { name: 'Correct it' }).getAttribute('href')) ?? '',
      /\/console\/parked\?open=[0-9a-f]+$/,
    );
  });

  it('lets one choose among many, and says so where nothing is known', async () => {
    const page = await rig.page('/search?q=WE-26', 'desktop', { expected: /404/ });
    const hits = page.getByRole('navigation', { name: 'Hits' });
    await hits.getByRole('link', { name: 'more that begin so' }).click();
    await hits.getByRole('link', { name: /WE-26-0314/ }).click();
    await page.waitForURL(/key=WE-26-0314/);
    await page.getByText('entries booked').first().waitFor();
    await page.goto('/console/search?q=NO-SUCH-THING');
    await page.getByText('Nothing is known of “NO-SUCH-THING”').waitFor();
  });
});

describe('the console of a hub that is well, and wants to know who looks', () => {
  const rig = consoleRig({ hasData: false, env: { STOCKBUS_TOKEN: TOKEN } });

  it('signs in at the address that was asked for, says that all is well and what would be there, and signs out', async () => {
    const scopes = ['stock:read', 'flows:read', 'parked:read', 'ledger:read'] as const;
    await rig.hub.addUser('eva', 'correct horse battery', scopes);
    const page = await rig.page('/search?q=X-1', 'desktop', { expected: /status of 40[134]/ });
    await rig.audit(page);
    await page.getByLabel('Name').fill('eva');
    await page.getByLabel('Password').fill('wrong horse');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing is known of “X-1”').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByText('All is well.').waitFor();
    await page.getByText('healthy').waitFor();
    // Where there is nothing to do it says what would stand there.
    for (const key of ['g', 'p']) await page.keyboard.press(key);
    await page.getByText('What cannot be booked waits here').waitFor();
    for (const key of ['g', 'd']) await page.keyboard.press(key);
    await page.getByText('takes all').first().waitFor();
    await page.getByRole('link', { name: /Given up/ }).click();
    await page.getByText('Nothing was given up.').waitFor();
    // What she may not see says why, beside what she may.
    for (const key of ['g', 'h']) await page.keyboard.press(key);
    await page.getByText('All parts of the hub work.').waitFor();
    await page.getByRole('link', { name: 'Configuration' }).click();
    await page.getByRole('alert').getByText('admin').first().waitFor();
    await page.getByLabel('Me and my settings').click();
    await page.getByText('eva', { exact: true }).waitFor();
    await rig.audit(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    // Who may correct alone is led to what he may do, and sees nothing else.
    await rig.hub.addUser('otto', 'correct horse battery', ['parked:read']);
    await page.goto('/console');
    await page.getByLabel('Name').fill('otto');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/console/parked');
    assert.equal(await page.getByRole('link', { name: 'Now' }).count(), 0);
  });
});
