/** docs/operations.md, as the person on call goes through it: each section over what it describes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { until } from '../hubRun.ts';
import { describeServers } from '../pairs.ts';
import { Desk, ended, logged, root } from './cli.ts';

const FLOWS = ['erp-purchase-receipts', 'item-master-data'];
const WEBSHOP = 'stock-feed-webshop';
const sample = (name: string): string => join(root, 'flows/samples', name);

/** What a section begins with, beside its flows and the files that it names. */
type Situation = (desk: Desk) => Promise<unknown> | unknown;

const receiptsBooked: Situation = (desk) =>
  desk.run(['run', 'erp-purchase-receipts', 'receipts.csv']);

/** A hub took it in that books nothing. */
const batchLeft: Situation = async (desk) => {
  const hub = desk.spawn(['start', '--roles', 'intake,api']);
  const end = ended(hub);
  const { address } = await logged(hub, 'hub.started');
  const body = readFileSync(desk.path('clean-items.csv'));
  const headers = { 'content-type': 'text/csv' };
  const taken = await fetch(`${address}/v1/flows/item-master-data`, {
    method: 'POST',
    body,
    headers,
  });
  assert.equal(taken.status, 202, await taken.text());
  hub.kill('SIGTERM');
  await end;
};

const fileRefused: Situation = async (desk) => {
  mkdirSync(desk.path('data/inbox/erp'), { recursive: true });
  const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  writeFileSync(desk.path('data/inbox/erp/receipts-0313.csv'), picture);
  const hub = desk.spawn(['start']);
  const end = ended(hub);
  const { address } = await logged(hub, 'hub.started');
  await until('the file to be parked', async () => {
    const answer = await fetch(`${address}/v1/parked`);
    return ((await answer.json()) as { rows: object[] }).rows.length > 0;
  });
  hub.kill('SIGTERM');
  await end;
};

/** While its subscriber was away, and something waited for it. */
const flowRemoved: Situation = async (desk) => {
  await receiptsBooked(desk);
  rmSync(desk.path('flows/stock-feed-webshop.yaml'));
  const hub = desk.spawn(['start']);
  const end = ended(hub);
  await logged(hub, 'flow.gone');
  await logged(hub, 'hub.started');
  hub.kill('SIGTERM');
  await end;
};

/** A disk of its own, where this user may mount one. */
const fullDisk: Situation = (desk) => {
  mkdirSync(desk.path('data'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', desk.path('data')]);
  return mount.status === 0 ? undefined : 'skip';
};

const situations: Readonly<Record<string, Situation>> = {
  'All is well': () => undefined,
  'Records of a file are parked': receiptsBooked,
  'Which document was it? The one with purchase order …': receiptsBooked,
  'A table had a wrong row, or none': () => undefined,
  'A partner changed the format': () => undefined,
  'A file was refused as a whole': fileRefused,
  'A file lies in the folder and nothing happens': () => undefined,
  'A subscriber is down': receiptsBooked,
  'A flow has to stop, or is paused': () => undefined,
  'A flow was removed': flowRemoved,
  'The queue grows': batchLeft,
  'The disk is full': fullDisk,
  'RabbitMQ is away': () => undefined,
  'MongoDB is away or frozen': () => undefined,
  'The hub does not start': () => undefined,
  'The hub ended by itself': receiptsBooked,
  'The numbers differ': receiptsBooked,
  'The clock was wrong': receiptsBooked,
  'Messages seem to be lost': receiptsBooked,
  'A backup, and the way back': receiptsBooked,
  'An upgrade': receiptsBooked,
};

interface Block {
  language: string;
  info: string;
  text: string;
}

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const title = text.slice(0, text.indexOf('\n'));
    const blocks = [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
      ([, language = '', info = '', inside = '']): Block => ({ language, info, text: inside }),
    );
    return { title, blocks };
  });

function deskOf(title: string, env: Record<string, string> = {}): Desk {
  const webshop = ['A subscriber is down', 'A flow was removed'].includes(title) ? [WEBSHOP] : [];
  const desk = new Desk(env, [...FLOWS, ...webshop]);
  const receipts = readFileSync(sample('erp-purchase-receipts.csv'), 'utf8');
  writeFileSync(desk.path('receipts.csv'), receipts);
  const items = readFileSync(sample('item-master-data.csv'), 'utf8').split('\n').slice(0, 3);
  writeFileSync(desk.path('clean-items.csv'), `${items.join('\n')}\n`);
  const rejected = receipts.split('\n').find((line) => line.includes('9,8O'))!;
  writeFileSync(
    desk.path('corrected.csv'),
    `${receipts.split('\n')[0]}\n${rejected.replace('9,8O', '9,80')}\n`,
  );
  const [columns] = receipts.split('\n');
  const first = receipts.split('\n')[1]!.replace('WE-26-0311', 'WE-26-0400');
  writeFileSync(desk.path('renamed.csv'), `${columns!.replace('Whse', 'Warehouse')}\n${first}\n`);
  return desk;
}

/** As a shell takes them apart. */
const wordsOf = (command: string): string[] =>
  (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'));

/** Each command says all lines that stand below it, and ends with 0 where none of them says how. */
async function follow(desk: Desk, { text, info }: Block): Promise<void> {
  const given = Object.fromEntries(
    info
      .replace(/^env /, '')
      .split(' ')
      .filter((one) => one !== '')
      .map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
  for (const step of text.split(/^\$ /m).slice(1)) {
    const [command = '', ...says] = step.trimEnd().split('\n');
    const words = wordsOf(command);
    const env: Record<string, string> = { ...given };
    while (/^[A-Z_]+=/.test(words[0]!)) {
      const [name, value] = words.shift()!.split('=') as [string, string];
      env[name] = name === 'STOCKBUS_DATA' ? desk.path(value) : value;
    }
    assert.deepEqual(words.splice(0, 2), ['npx', 'stockbus'], command);
    const { code, out, err } = await desk.run(words, env);
    const wanted =
      says.map((line) => /^exit code (\d+)$/.exec(line)?.[1]).find((one) => one) ?? '0';
    assert.equal(String(code), wanted, `${command}\n${out}${err}`);
    for (const said of says.filter((line) => !line.startsWith('exit code'))) {
      assert.ok((out + err).includes(said), `${command}\nsays not: ${said}\n--\n${out}${err}`);
    }
  }
}

async function goThrough(desk: Desk, blocks: readonly Block[]): Promise<void> {
  for (const block of blocks) {
    if (block.language === 'console') await follow(desk, block);
    else if (block.info.startsWith('sed ')) edit(desk, block);
    else appendFileSync(desk.path(block.info.replace('>>', '')), block.text);
  }
}

function edit(desk: Desk, { info, text }: Block): void {
  const path = desk.path(info.replace('sed ', ''));
  const [before, after] = text.trim().split(' -> ') as [string, string];
  const old = readFileSync(path, 'utf8');
  assert.ok(old.includes(before), `${info} has no '${before}'`);
  writeFileSync(path, old.replace(before, after));
}

describe('docs/operations.md', () => {
  it('has a situation for each of its sections', () => {
    assert.deepEqual(
      sections.map(({ title }) => title),
      Object.keys(situations),
    );
    for (const { title, blocks } of sections) assert.ok(blocks.length > 0, title);
  });

  for (const { title, blocks } of sections) {
    it(title, async function () {
      const desk = deskOf(title);
      try {
        if ((await situations[title]!(desk)) === 'skip') return this.skip();
        await goThrough(desk, blocks);
      } finally {
        spawnSync('umount', [desk.path('data')]);
        desk.remove();
      }
    }).timeout(30_000);
  }
});

/** A night shift: what a partner or a subscriber does wrong, found, corrected, sent again, ticked off. */
const NIGHT = [
  'Records of a file are parked',
  'A table had a wrong row, or none',
  'A partner changed the format',
  'A subscriber is down',
  'The queue grows',
];

describeServers('docs/operations.md', (pair) => {
  for (const { title, blocks } of sections.filter((one) => NIGHT.includes(one.title))) {
    it(title, async () => {
      const place = await pair.workplace();
      const desk = deskOf(title, place.env);
      try {
        await situations[title]!(desk);
        await goThrough(desk, blocks);
      } finally {
        desk.remove();
        await place.remove([commandQueue(0), sinkQueue(WEBSHOP)]);
      }
    }).timeout(30_000);
  }
});
