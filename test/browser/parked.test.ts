import assert from 'node:assert/strict';
import { consoleRig } from './ConsoleRig.ts';

describe('parked in the console', () => {
  const rig = consoleRig();

  it('leads from a cause to its record, shows what an edit would do, and does it', async () => {
    const page = await rig.page('/parked');
    await rig.audit(page);
    await page.getByRole('row', { name: /9,8O/ }).click();
    await page.waitForURL(/code=EXPR_NOT_DECIMAL&field=unitCost/);
    await page.getByRole('row', { name: /receipts-2026-03.csv/ }).click();
    await page.getByRole('heading', { name: 'receipts-2026-03.csv, record 9' }).waitFor();
    const cell = page.getByLabel('Price, 9');
    assert.equal(await cell.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.getByLabel('Price, 10').getAttribute('aria-invalid'), 'false');
    await page.getByText('1 will park again').waitFor();
    await cell.fill('9,80');
    // What it would be, before anything is written.
    await page.getByRole('region', { name: 'lines' }).getByRole('cell', { name: '9.8' }).waitFor();
    const stock = page.getByRole('row', { name: /ESP-1KG HAM 30/ });
    assert.match((await stock.textContent()) ?? '', /3070\+40$/);
    await page.getByRole('row', { name: '[0].Price "9,8O" "9,80"' }).waitFor();
    await rig.audit(page);
    await page.getByRole('button', { name: 'Correct and replay' }).click();
    const dialog = page.getByRole('dialog', { name: 'Correct and replay 1 record' });
    await dialog.getByText('Books 1 message').waitFor();
    await dialog.getByRole('row', { name: /Value in all/ }).waitFor();
    await rig.audit(page);
    await dialog.getByRole('button', { name: 'Correct and replay 1 record' }).click();
    const log = page.getByRole('list', { name: 'What was done about it' });
    await log.getByText('Sent again').waitFor();
    await log.getByText('"9,80"').waitFor();
    await page.getByText('It waits for nobody any more.').waitFor();
  });

  it('does the same edit on all of a cause, after it said in numbers what that would do', async () => {
    await rig.hub.post('crm-orders-shipped', 'crm-orders-shipped.json', 'orders-2026-04.json');
    const page = await rig.page('/parked?flow=crm-orders-shipped&code=EXPR_NOT_DECIMAL');
    // By keyboard: down, up, open, edit.
    await page.getByRole('row', { name: /orders-2026-04/ }).waitFor();
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await page.getByText('1 of 2').waitFor();
    await page.keyboard.press('e');
    await page.keyboard.type('24');
    await page.getByText('Books 1 message').waitFor();
    await page
      .getByRole('button', { name: 'The same edit on all 2 records of this cause' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('items[1].quantity').waitFor();
    await dialog.getByText('Books 1 message').waitFor();
    await dialog.getByText('1 was booked before: nothing twice').waitFor();
    await dialog.getByRole('button', { name: 'Correct and replay 2 records' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('2 done, 0 refused, 0 left').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await page.getByText('Nothing that is parked fits these filters.').waitFor();
  });

  it('says why somebody else has to send it, and offers to ask him; all by keyboard', async () => {
    const page = await rig.page('/parked?flow=warehouse-transfers', 'desktop', { expected: /403/ });
    const body = { code: 'CASE_FOUR_EYES', title: 'Not by yourself.', detail: 'you corrected it' };
    await page.route('**/v1/parked/*/replay', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', json: body }),
    );
    await page.getByRole('row', { name: /both HAM/ }).waitFor();
    for (const key of ['j', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('row', { name: /transfers-2026-03/ }).waitFor();
    for (const key of ['j', 'Enter']) await page.keyboard.press(key);
    // What the rules of stock refused has its reason in the dry run.
    await page.getByText('from and to are both HAM').nth(1).waitFor();
    await page.keyboard.press('e');
    await page.keyboard.type('BER');
    await page.getByText('Books 1 message').waitFor();
    for (const key of ['Escape', 'r']) await page.keyboard.press(key);
    await page.getByRole('dialog').getByText('Books 1 message').waitFor();
    for (const key of ['Tab', 'Enter']) await page.keyboard.press(key);
    await page.getByText('somebody else has to look at it').waitFor();
    await page.getByRole('button', { name: 'Assign it to somebody else' }).click();
    await page.keyboard.type('bert');
    await page.keyboard.press('Enter');
    const log = page.getByRole('list', { name: 'What was done about it' });
    await log.getByText('Assigned to bert').waitFor();
    await log.getByText('Corrected').waitFor();
  });

  it('is dismissed with a reason and reopened, on a phone and in German', async () => {
    const page = await rig.page('/parked?find=000100999', 'phone', { language: 'de' });
    await page.getByRole('link', { name: /receipts-2026-03/ }).tap();
    await page.getByRole('heading', { name: 'receipts-2026-03.csv, Datensatz 11' }).waitFor();
    await rig.assertFits(page);
    await rig.audit(page);
    await page.getByRole('button', { name: 'Verwerfen' }).tap();
    const dialog = page.getByRole('dialog');
    const last = dialog.getByRole('button', { name: '1 Datensatz verwerfen' });
    assert.equal(await last.isDisabled(), true);
    await dialog.getByLabel('Warum').fill('kam zweimal');
    await last.tap();
    await page.getByText('kam zweimal').waitFor();
    await page.getByRole('button', { name: 'Wieder öffnen' }).tap();
    await dialog.getByRole('button', { name: '1 Datensatz wieder öffnen' }).tap();
    await page.getByRole('button', { name: 'Zuweisen' }).waitFor();
  });

  it('takes a row that could not be read as JSON', async () => {
    const page = await rig.page('/parked?code=CSV_RAGGED_ROW', 'desktop', { expected: /409|422/ });
    await page.getByRole('link', { name: /receipts-2026-03/ }).click();
    await page.getByText('POSTED;WE-26-0320').waitFor();
    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    const field = page.getByLabel('Record as JSON');
    const text = await field.inputValue();
    await field.fill(text.replace(/\}\s*$/, ', "Curr": "EUR", "Posted": "12.03.2026" }'));
    await page.getByText('Books 1 message').waitFor();
    await page.getByRole('button', { name: 'Undo edits' }).click();
    await page.getByLabel('Qty').waitFor();
  });
});
