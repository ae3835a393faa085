/**
 * Documents come and events leave over SFTP while the hub and the server's sessions are killed, and connections cut, at
 * random moments: afterwards each document is booked once, `verify` finds nothing, and the partner has each
 * event once. `STOCKBUS_DOCUMENTS` says how many; `npm run test:long` takes 5,000.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../hubRun.ts';
import { describePairs } from '../pairs.ts';
import { isLong, randomFrom, seed as seedOfSuite } from '../runs.ts';
import { SftpServer } from '../SftpServer.ts';
import { TcpProxy } from '../TcpProxy.ts';
import { documents, KilledHub, patienceMs } from './KilledHub.ts';

const PER_FILE = 4;
const FILES = Math.ceil(documents / PER_FILE);
const KILLS = isLong ? 20 : 2;
/** From work in hand to a disturbance, and from there to the kill, at most. */
const FIRST_MS = 250;
const LAST_MS = isLong ? 1_500 : 150;

const configText = ({ config, path }: SftpServer, port: number): string => `
stock: { currency: EUR, minorDigits: 2, negative: allow, unknownSku: create, valuation: fifo }
connectors:
${['in', 'out']
  .map((name) => {
    const login = `user: "${config.user}", privateKey: "\${SFTP_KEY}", hostKey: "${config.hostKey}"`;
    const place = `host: 127.0.0.1, port: ${port}, path: "${path}/${name}", timeout: 2s`;
    return `  partner-${name}: { sftp: { ${place}, ${login} } }`;
  })
  .join('\n')}
`;

const RECEIPTS = `
flow: receipts
from: { sftp: partner-in, pattern: "*.csv", settle: 20ms, rescan: 50ms }
read: { csv: { delimiter: "," } }
steps:
  - map:
      document: Document
      sku: Item
      quantity: $decimal(Quantity)
      const: { at: "2026-01-01T00:00:00Z", location: W1, unitCost: "1.5" }
key: Document
to: stock.receive.v1
`;

const FEED = `
flow: feed
from: stock.changed.v1
write: { json: { format: lines } }
to: { sftp: partner-out, name: "stock-{seq}.ndjson" }
`;

describePairs(`SFTP, killed ${KILLS} times over ${documents} documents`, (pair) => {
  const seed = seedOfSuite % 1_000_000;
  const random = randomFrom(seed);
  let server: SftpServer;
  let proxy: TcpProxy;
  let hub: KilledHub;

  before(async () => {
    server = await SftpServer.start();
    proxy = await TcpProxy.start(server.config.port);
    const folder = join(server.root, 'hub');
    for (const name of ['files/in', 'files/out', 'hub/config', 'hub/flows'])
      await mkdir(join(server.root, name), { recursive: true });
    await writeFile(join(folder, 'config/hub.yaml'), configText(server, proxy.port));
    await writeFile(join(folder, 'flows/receipts.yaml'), RECEIPTS);
    await writeFile(join(folder, 'flows/feed.yaml'), FEED);
    const env = { SFTP_KEY: String(server.config.privateKey) };
    const roles = 'intake,apply,relay,deliver';
    hub = await KilledHub.at(pair, { folder, roles, env, sinks: ['feed'] });
  });
  after(async function () {
    await hub.remove(this);
    await proxy.stop();
    await server.stop();
  });

  /** One of what may happen to connections at any time. */
  async function disturb(): Promise<void> {
    await wait(random() * FIRST_MS);
    if (random() < 0.5) await server.killSessions();
    else proxy.cutAll();
  }

  it(`books each document once, and tells of each once (seed ${seed})`, async function () {
    this.timeout(patienceMs * 2);
    const inbox = join(server.path, 'in');
    let hits = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await hub.start();
      const arriving = drop(inbox, shareOf(kill), shareOf(kill + 1));
      await until('work in hand', () => isUnderWay(server.path), patienceMs);
      await disturb();
      await wait(random() * LAST_MS);
      await hub.kill();
      if ((await waiting(server.path)) > 0) hits += 1;
      await arriving;
    }
    assert.ok(hits > 0, 'no kill met a file that was not taken yet');
    await hub.start();
    for (let cut = 0; cut < KILLS * 2; cut += 1) await disturb();
    await until('every file put away', async () => (await waiting(server.path)) === 0, patienceMs);
    const isTold = async (): Promise<boolean> => (await told(server.path)).size >= documents;
    await until('every event', isTold, patienceMs);
    await hub.endsWith(documents);
    const times = await told(server.path);
    const twice = [...times].filter(([, count]) => count !== 1);
    assert.deepEqual(twice, []);
    assert.equal(times.size, documents);
    const archive = await readdir(join(inbox, 'archive'), { recursive: true });
    const archived = archive.filter((name) => name.endsWith('.csv')).length;
    assert.equal(archived, FILES, 'each file is archived once');
  });
});

/** Files before that kill: each meets some of its own, however fast the hub is. */
const shareOf = (kill: number): number => Math.floor((kill * FILES) / KILLS);

/** The partner writes these of its files, for longer than it may take until the kill. */
async function drop(inbox: string, from: number, until: number): Promise<void> {
  for (let file = from; file < until; file += 1) {
    const first = file * PER_FILE;
    const rows = Array.from({ length: Math.min(PER_FILE, documents - first) }, (_, index) => {
      const number = first + index;
      return `D${number},ITEM-${number % 17},${1 + (number % 5)}\n`;
    });
    await writeFile(join(inbox, '.part'), `Document,Item,Quantity\n${rows.join('')}`);
    await rename(join(inbox, '.part'), join(inbox, `${100_000 + first}.csv`));
    await wait((FIRST_MS + LAST_MS) / (until - from));
  }
}

/** Files that lie where they came, or are claimed. */
async function waiting(path: string): Promise<number> {
  const folders = ['in', 'in/.claimed'].map((name) => readdir(join(path, name)).catch(() => []));
  const names = (await Promise.all(folders)).flat();
  return names.filter((name) => name.endsWith('.csv')).length;
}

async function isUnderWay(path: string): Promise<boolean> {
  const claimed = await readdir(join(path, 'in/.claimed')).catch(() => []);
  return claimed.some((name) => name.endsWith('.csv'));
}

/** How often each change lies in the files that a reader sees. */
async function told(path: string): Promise<Map<string, number>> {
  const names = (await readdir(join(path, 'out'))).filter((name) => !name.startsWith('.'));
  const texts = await Promise.all(names.map((name) => readFile(join(path, 'out', name), 'utf8')));
  const times = new Map<string, number>();
  for (const line of texts.flatMap((text) => text.split('\n').filter((one) => one !== ''))) {
    const { sku, version } = JSON.parse(line);
    times.set(`${sku}#${version}`, (times.get(`${sku}#${version}`) ?? 0) + 1);
  }
  return times;
}
