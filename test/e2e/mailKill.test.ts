/**
 * The flows of docs/connectors/mail.md, while hub and mail server are killed at random moments and mails come in: afterwards each document
 * is booked once, and finance gets what it is worth. `npm run test:long` has STOCKBUS_DOCUMENTS of them.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { DovecotServer, mailSource, password } from '../DovecotServer.ts';
import { until } from '../hubRun.ts';
import { describePairs } from '../pairs.ts';
import { isLong, randomFrom, seed } from '../runs.ts';
import { SmtpServer } from '../SmtpServer.ts';
import { root } from './cli.ts';
import { ConnectorPage } from './connectorPage.ts';
import { documents, KilledHub, patienceMs } from './KilledHub.ts';

/** A mail has two files of two documents. */
const MAILS = Math.ceil(documents / 4);
/** Of each, one of the server and two of hubs. */
const KILLS = isLong ? 10 : 1;
const USER = 'stock@example.com';

describePairs(`mails, ${MAILS * 4} documents killed ${KILLS} times`, (pair) => {
  let server: DovecotServer;
  let finance: SmtpServer;
  let page: ConnectorPage;
  let hub: KilledHub;
  const random = randomFrom(seed);

  before(async function () {
    this.timeout(90_000);
    server = await DovecotServer.start();
    finance = await SmtpServer.start();
    page = new ConnectorPage('mail', {
      'imap: imaps://imap.example.com': `imap: ${server.address}`,
      'smtp: smtps://smtp.example.com': `smtp: ${finance.address}\n      plain: true`,
      'every: 1m': 'every: 200ms',
    });
    const env = { MAIL_PASSWORD: password };
    const roles = 'intake,apply,relay';
    hub = await KilledHub.at(pair, { folder: page.folder, roles, env, hasLeases: true });
  });
  after(async function () {
    await hub.remove(this);
    await server.stop();
    await finance.stop();
    page.remove();
  });

  it(`are booked once (seed ${seed})`, async function () {
    this.timeout(isLong ? 1_200_000 : 120_000);
    const ending = new AbortController();
    const partner = deliver(server, ending.signal);
    const killing = (async () => {
      for (let kill = 0; kill < KILLS; kill += 1) await hub.killBeside(server, random);
    })();
    await Promise.all([partner, killing]).finally(() => ending.abort());
    await hub.start();
    await until('an empty folder', async () => (await server.mails(USER)).length === 0, patienceMs);
    await hub.booked(MAILS * 4);
    await hub.endsWith(MAILS * 4);
    ok((await server.mails(USER, 'Booked')).length >= MAILS);
  });

  it('and what they are worth comes by mail', async () => {
    const args = [`${root}/bin/stockbus.js`, 'run', 'valuation-mail'];
    const options = {
      cwd: page.folder,
      env: { ...process.env, ...hub.env },
      stdio: 'ignore',
    } as const;
    deepEqual(await once(spawn(process.execPath, args, options), 'exit'), [0, null]);
    const [source] = finance.once;
    const { subject, to, attachments } = await PostalMime.parse(source!);
    match(subject!, /^Valuation \d{4}-\d\d-\d\d$/);
    equal(to![0]!.address, 'finance@example.com');
    const text = Buffer.from(attachments[0]!.content as ArrayBuffer).toString();
    const row = `ITEM-1;main;${MAILS * 4};${MAILS * 5}.00;EUR`;
    equal(text, `SKU;Pool;Quantity;Value;Currency\r\n${row}\r\n`);
  }).timeout(30_000);
});

/** Each mail again where the server was killed: it may have been taken all the same. */
async function deliver(server: DovecotServer, signal: AbortSignal): Promise<void> {
  const open = Array.from({ length: MAILS }, (_, number) => number);
  while (open.length > 0 && !signal.aborted) {
    try {
      await server.asked(USER, async (client) => {
        for (const number of [...open]) {
          await client.append('INBOX', mailOf(number));
          open.shift();
          await wait(3_000 / MAILS);
        }
      });
    } catch {
      // It was killed.
      await wait(50);
    }
  }
}

function mailOf(number: number): string {
  const file = (part: number): [string, string] => {
    const rows = [0, 1].map(
      (row) => `M${number}-${part}-${row};2026-11-01T10:00:00Z;ITEM-1;W1;1;1.25`,
    );
    return [
      `receipts-${part}.csv`,
      ['Document;At;Item;Place;Quantity;Cost', ...rows, ''].join('\n'),
    ];
  };
  const files = { ...Object.fromEntries([file(1), file(2)]), 'logo.png': 'no table' };
  return mailSource(`Receipts ${number}`, 'Partner <erp@partner.example>', files);
}
