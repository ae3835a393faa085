import assert from 'node:assert/strict';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import type { KeptLetter } from '../../core/ports.ts';
import { consoleRig } from './ConsoleRig.ts';

const letter = (number: number): KeptLetter => {
  const data = { sku: `SKU-${number}`, available: '12' };
  const events = [{ id: `e${number}`, type: 'stock.available.v1', data }];
  return {
    ...{ id: `d${number}`, queue: sinkQueue('stock-feed-webshop'), messageId: `m-${number}` },
    ...{ contentType: 'application/json', code: 'WEBHOOK_REFUSED', reason: 'unknown SKU' },
    ...{ deadAt: `2026-11-2${number}T00:00:00.000Z`, records: 1, bytes: 2 },
    ...{ words: [`sku-${number}`], body: Buffer.from(JSON.stringify({ v: 1, events })) },
  };
};

describe('delivery in the console', () => {
  const rig = consoleRig();
  before(() => rig.hub.open.store.keepDead([1, 2, 3].map(letter)));

  it('says first who gets nothing, since when and what waits; is paused with a reason and resumed', async () => {
    const page = await rig.page('/delivery');
    const first = page.getByRole('row').nth(1);
    await first.getByRole('link', { name: 'stock-feed-webshop' }).waitFor();
    await first.getByText('takes nothing').waitFor();
    await first.getByRole('img', { name: /last 48 hours: 0 calls taken, \d+ failed/ }).waitFor();
    await first.getByText('ECONNREFUSED').waitFor();
    await rig.audit(page);
    // By keyboard into the drawer, then by mouse.
    for (const key of ['j', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(/open=stock-feed-webshop/);
    const drawer = page.getByRole('complementary', { name: 'stock-feed-webshop' });
    await drawer.getByText(/\d messages, in order/).waitFor();
    await rig.audit(page);
    await drawer.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    const pause = dialog.getByRole('button', { name: 'Pause stock-feed-webshop' });
    assert.equal(await pause.isDisabled(), true);
    await page.keyboard.type('the shop moves');
    await page.keyboard.press('Enter');
    await drawer.getByText(/: the shop moves/).waitFor();
    await drawer.getByRole('button', { name: 'Resume' }).click();
    await dialog.getByText(/Sends the \d messages that wait/).waitFor();
    await dialog.getByRole('button', { name: 'Resume stock-feed-webshop' }).click();
    await drawer.getByText('Paused by').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });

  it('shows what was given up by cause, and sends it again: one, then all that the filter finds', async () => {
    const page = await rig.page('/delivery?tab=dead');
    await rig.audit(page);
    await page.getByRole('row', { name: /unknown SKU/ }).click();
    await page.waitForURL(/flow=stock-feed-webshop&code=WEBHOOK_REFUSED/);
    await page
      .getByRole('row', { name: /stock-feed-webshop/ })
      .first()
      .click();
    const drawer = page.getByRole('complementary', { name: 'stock-feed-webshop' });
    await drawer.getByText('SKU-1').waitFor();
    await rig.audit(page);
    await drawer.getByRole('button', { name: 'Replay' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('into the queue of its subscriber alone').waitFor();
    await dialog.getByRole('button', { name: 'Replay 1 message' }).click();
    await drawer.getByText('Sent again', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Replay 2 messages' }).click();
    await dialog.getByRole('button', { name: 'Replay 2 messages' }).click();
    await page.getByText('Nothing that was given up fits these filters.').waitFor();
  });

  it('fits a phone, in German; dismisses with a reason', async () => {
    await rig.hub.open.store.keepDead([letter(4)]);
    const page = await rig.page('/delivery', 'phone', { language: 'de' });
    await rig.assertFits(page);
    await rig.audit(page);
    await page.getByRole('link', { name: /Aufgegeben/ }).tap();
    await page.getByRole('link', { name: /unknown SKU/ }).tap();
    await page.getByRole('link', { name: 'stock-feed-webshop' }).last().tap();
    await rig.assertFits(page);
    const drawer = page.getByRole('complementary');
    await drawer.getByRole('button', { name: 'Verwerfen' }).tap();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Warum').fill('telefonisch gesagt');
    await dialog.getByRole('button', { name: '1 Nachricht verwerfen' }).tap();
    await drawer.getByText('telefonisch gesagt').waitFor();
  });
});
