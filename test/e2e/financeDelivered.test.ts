/** The valuation as a workbook by mail and as Parquet over SFTP, by the commands of examples/finance. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { embedded, type Workplace } from '../pairs.ts';
import { readParquet } from '../pyarrow.ts';
import { SftpServer } from '../SftpServer.ts';
import { SmtpServer } from '../SmtpServer.ts';
import { Desk, root } from './cli.ts';

const EXAMPLE = join(root, 'examples/finance');

describe('finance has the valuation sent', () => {
  let smtp: SmtpServer;
  let sftp: SftpServer;
  let place: Workplace;
  let desk: Desk;

  before(async () => {
    [smtp, sftp, place] = await Promise.all([
      SmtpServer.start(),
      SftpServer.start(),
      embedded.workplace(),
    ]);
    await mkdir(join(sftp.path, 'levels'), { recursive: true });
    desk = new Desk({
      ...place.env,
      MAIL_SERVER: smtp.address,
      DROP_PORT: String(sftp.config.port),
      DROP_USER: sftp.config.user,
      DROP_KEY: String(sftp.config.privateKey),
      DROP_PATH: join(sftp.path, 'levels'),
      DROP_HOST_KEY: String(sftp.config.hostKey),
    });
  });
  after(async () => {
    desk.remove();
    await smtp.stop();
    await sftp.stop();
    await place.remove([]);
  });

  it('by mail and over SFTP, as the example says', async () => {
    const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
    const console = [...readme.matchAll(/```console\n([\s\S]*?)```/g)][1]![1]!;
    const steps = console.split(/^\$ npx stockbus /m).slice(1);
    equal(steps.length, 3);
    for (const step of steps) {
      const [line = '', ...says] = step.trimEnd().split('\n');
      const there = line.replace('receipts.csv', join(EXAMPLE, 'receipts.csv'));
      const words = there.replace('--config delivered', `--config ${EXAMPLE}/delivered`).split(' ');
      const { code, out, err } = await desk.run(words);
      equal(code, 0, line + err);
      for (const said of says) ok(out.includes(said), `${line}\n${out}`);
    }
    equal(smtp.mails.length, 1);
    const mail = smtp.mails[0]!;
    match(mail, /^Subject: Valuation \d{4}-\d\d-\d\d\r$/m);
    match(mail, /filename=valuation-\d{8}\.xlsx/);
    // A workbook is an archive: PK, in base64.
    match(mail, /^UEsD[A-Za-z0-9+/]{60,}\r$/m);
    const drop = join(sftp.path, 'levels');
    const [name = '', ...more] = readdirSync(drop).filter((file) => !file.startsWith('.'));
    match(name, /^valuation-\d{8}\.parquet$/);
    deepEqual(more, []);
    const { rows } = await readParquet(join(drop, name));
    deepEqual(
      rows.map(({ sku, value }) => `${sku} ${value}`),
      ['00123 380.000000', 'POT-1L 84.860000'],
    );
  }).timeout(60_000);
});
