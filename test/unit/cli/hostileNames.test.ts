/** Names that would move the cursor, hide what follows, or forge a line: shown by every command, obeyed by none. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { escapeControls } from '../../../core/cli/escapeControls.ts';
import { lineLog } from '../../../core/cli/log.ts';
import { rowText } from '../../../core/stages/leavingBatch.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';

const forged = 'The books are right: 9 ledger entries';
const evil = `A\u001b[8m\u202e\u0085\n${forged}\r\u2028\u200b`;
const flow = `flow: f
from: http
read: csv
steps:
  - map: { document: Doc, at: At, sku: Sku, location: Loc, quantity: Qty, unitCost: '"1"' }
key: Doc
to: stock.receive.v1
`;

/** A line for each command. Those that would run for ever or make their own data are not called. */
const lines: Record<string, string[][]> = {
  start: [],
  demo: [],
  run: [
    ['run', 'f', 'evil.csv', '--dry-run'],
    ['run', 'f', 'evil.csv'],
    ['run', 'f', 'header.csv'],
    ['run', evil, 'evil.csv'],
    ['run', 'f', evil],
  ],
  lint: [['lint'], ['lint', '--config', 'broken']],
  flows: [['flows'], ['flows', '--mermaid']],
  try: [
    ['try', 'f', 'evil.csv'],
    ['try', 'f', 'evil.csv', '--json'],
    ['try', evil, 'evil.csv'],
    ['try', 'f', evil],
  ],
  test: [['test'], ['test', evil]],
  init: [['init', evil]],
  new: [
    ['new', evil, 'evil.csv'],
    ['new', 'flow', evil],
    ['new', 'flow', 'header.csv', '--name', 'drafted'],
  ],
  export: [
    ['export', 'stock'],
    ['export', 'ledger', '--format', 'xml'],
    ['export', evil],
  ],
  waiting: [['waiting'], ['waiting', '--stage', `${evil}/await`]],
  parked: [
    ['parked', 'list'],
    ['parked', 'show', 'ID'],
    ['parked', 'show', evil],
    ['parked', 'groups'],
    ['parked', 'list', '--flow', evil, '--find', evil],
    ['parked', 'dismiss', 'ID', '--reason', evil],
    ['parked', 'show', 'ID', '--format', 'json'],
    ['parked', 'list', '--state', 'all', '--format', 'json'],
  ],
  dead: [
    ['dead', 'list'],
    ['dead', 'show', 'DEAD'],
    ['dead', 'show', evil],
    ['dead', 'list', '--flow', evil, '--format', 'json'],
  ],
  runs: [['runs', evil]],
  endpoints: [
    ['endpoints'],
    ['endpoints', 'show', evil],
    ['endpoints', 'pause', evil, '--reason', evil],
  ],
  keys: [
    ['keys', 'create', evil, '--scopes', 'stock:read', '--locations', evil],
    ['keys', 'create', 'x', '--scopes', evil],
    ['keys', 'create', 'x', '--scopes', 'admin', '--expires', evil],
    ['keys'],
    ['keys', '--format', 'json'],
    ['keys', 'rotate', evil],
    ['keys', 'revoke', evil],
  ],
  users: [
    ['users', 'add', evil, '--scopes', 'admin'],
    ['users', 'password', evil],
    ['users', 'remove', evil],
    ['users'],
  ],
  reload: [['reload'], ['reload', '--format', 'json']],
  gaps: [['gaps'], ['gaps', 'settle', evil]],
  resend: [
    ['resend', evil, evil],
    ['resend', 'f', evil],
    ['resend', 'f', '--since', evil],
  ],
  history: [
    ['history', evil],
    ['history', evil, '--format', 'json'],
    ['history', 'f'],
  ],
  verify: [
    ['verify'],
    ['verify', '--format', 'json'],
    ['verify', evil],
    ['verify', '--document', evil],
  ],
  documents: [['documents'], ['documents', evil], ['documents', evil, '--format', 'json']],
  status: [['status'], ['status', '--format', 'json']],
  backup: [
    ['backup', evil],
    ['backup', evil],
  ],
  restore: [['restore', evil]],
  migrate: [['migrate']],
  ...Object.fromEntries(
    [
      'stock',
      'valuation',
      'ledger',
      'statement',
      'explain',
      'roll-forward',
      'journal',
      'trial',
      'ageing',
      'open-items',
      'slow-movers',
    ]
      .concat(
        'abc',
        'available',
        'reservations',
        'orders',
        'unpriced',
        'uncosted',
        'unmatched-returns',
      )
      .concat('trace', 'recosts', 'closing', 'periods', 'items', 'locations', 'audit-trail')
      .map((name) => [name, [[name], [name, '--format', 'csv'], [name, `--${evil}`]]]),
  ),
};

const DEAD_ID = '0123456789abcdef0123';
const SINCE_OF_LETTER = '2026-03-01T00:00:00.000Z';

describe('hostile names on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const env = { STOCKBUS_DATA: join(folder, 'data') };
  let parkedId = '';

  async function call(line: readonly string[]): Promise<{ out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal(true);
    await commandLine(line, { env, workingFolder: folder, enter: () => undefined, terminal });
    return said;
  }

  before(async () => {
    for (const name of ['config', 'flows', 'data', 'broken/config', 'broken/flows'])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'config/hub.yaml'), '{}\n');
    writeFileSync(join(folder, 'broken/config/hub.yaml'), `${JSON.stringify({ [evil]: 1 })}\n`);
    writeFileSync(join(folder, 'flows/f.yaml'), flow);
    const cell = `"${evil}"`;
    const row = `${cell},2026-01-02T00:00:00Z,${cell},${cell}`;
    const header = 'Doc,At,Sku,Loc,Qty';
    writeFileSync(join(folder, 'evil.csv'), `${header}\n${row},1\n${row},${cell}\n`);
    writeFileSync(join(folder, 'header.csv'), `${cell},At\n1,2\n`);
    const store = await openAt(`file:${env.STOCKBUS_DATA}`);
    const rig = new LedgerRig({ store, source: evil, policy: { negative: 'allow' } });
    const line = { line: evil, sku: evil, location: evil, quantity: '3' };
    await rig.book('receive', { document: evil, at: day(1), lines: [{ ...line, unitCost: '2' }] });
    await rig.book('issue', { document: `${evil}2`, at: day(2), reason: evil, lines: [line] });
    const order = { document: evil, kind: 'purchase', lines: [{ ...line, due: '2026-02-01' }] };
    await rig.book('order.upsert.v1', order);
    await rig.book('receive', { document: 'R', at: day(3), lines: [{ ...line, unitCost: '2' }] });
    const claim = { reservation: evil, at: day(4), reference: evil, lines: [line] };
    await rig.book('reservation.create.v1', claim);
    await rig.book('period.close.v1', { through: '2025-12-31', reason: evil });
    await rig.refuse('cancel', { document: `no ${evil}` });
    const waits = {
      since: day(4),
      dueAt: day(5),
      waiting: 1,
      body: rowText({ characters: 0, next: 0, state: {} }),
    };
    const rows = [{ key: evil, expected: '', row: waits }];
    await store.commitStage({ id: '1', stage: `${evil}/await`, rows, outs: [] });
    const letter = {
      queue: `${evil}.q`,
      messageId: evil,
      contentType: evil,
      code: '',
      reason: evil,
    };
    const more = { deadAt: SINCE_OF_LETTER, records: 1, bytes: 1, words: [evil] };
    await store.keepDead([{ id: DEAD_ID, ...letter, ...more, body: Buffer.from(evil) }]);
    parkedId = (await store.parked({}, { limit: 1 })).rows[0]!.id;
    await store.close();
    const database = new DatabaseSync(join(env.STOCKBUS_DATA, 'store.db'));
    database.exec(`DROP TRIGGER packs_unchanged; UPDATE packs SET body = body || ' '`);
    database.close();
  });

  after(() => rmSync(folder, { recursive: true }));

  it('are tried on every command that there is', async () => {
    const { out } = await call(['--help']);
    const named = [...out.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name!);
    assert.deepEqual(Object.keys(lines).sort(), named.sort());
  });

  for (const [name, each] of Object.entries(lines)) {
    for (const line of each) {
      it(`\`${escapeControls(line.join(' '))}\` shows them escaped, in lines of its own`, async () => {
        const { out, err } = await call(
          line.map((word) => (word === 'ID' ? parkedId : word === 'DEAD' ? DEAD_ID : word)),
        );
        const shown = out + err;
        if (!line.includes('recosts')) assert.notEqual(shown, '');
        // What the command itself writes: line ends, and the mark that draws progress anew.
        const rest = shown.replaceAll('\r\u001b[2K', '').replaceAll('\n', '');
        assert.equal(rest, escapeControls(rest));
        const exported = name === 'export' || line.includes('--format');
        if (!exported) assert.doesNotMatch(shown, new RegExp(`^${forged}`, 'm'));
      });
    }
  }

  it('say the verdict of verify before any name', async () => {
    assert.match((await call(['verify'])).out, /^The books are NOT right: /);
  });

  it('stay the same value in a line of the log, and stay in that line', () => {
    const { terminal, said } = new RecordedTerminal();
    const log = lineLog((line) => terminal.err([line]), { format: 'json', level: 'info' });
    log('info', 'intake.done', { name: evil });
    assert.equal(JSON.parse(said.err).name, evil);
    assert.equal(said.err, `${escapeControls(said.err.slice(0, -1))}\n`);
  });

  it('go to a file or a program as they are', async () => {
    const { terminal, said } = new RecordedTerminal(false);
    const line = ['export', 'stock', '--format', 'json'];
    await commandLine(line, { env, workingFolder: folder, enter: () => undefined, terminal });
    assert.equal(JSON.parse(said.out)[0].sku, evil);
  });
});
