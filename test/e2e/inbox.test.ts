/** The folders of a running hub, as somebody who drops files there sees them. */
import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { until } from '../hubRun.ts';
import { Desk, root } from './cli.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The file that the README shows under this name. */
function fromReadme(name: string): string {
  const fence = new RegExp(`^\`\`\`\\w+ ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm');
  return fence.exec(readme)?.[1] ?? assert.fail(`the README shows no ${name}`);
}

describe('the inbox of a running hub', () => {
  let desk: Desk;
  let child: ChildProcessWithoutNullStreams | undefined;
  let events: Record<string, unknown>[];

  beforeEach(() => {
    desk = new Desk({}, ['stock-feed-webshop']);
    events = [];
  });

  afterEach(async () => {
    if (child && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    child = undefined;
    desk.remove();
  });

  const start = async (): Promise<void> => {
    child = desk.spawn(['start'], { STOCKBUS_WEBSHOP_URL: 'http://127.0.0.1:1/' });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop()!;
      for (const line of lines) if (line.startsWith('{')) events.push(JSON.parse(line));
    });
    await until('hub.started', () => happened('hub.started').length > 0);
  };

  const happened = (event: string) => events.filter((one) => one.event === event);

  it('takes in what step 6 of the README drops there, however often', async () => {
    writeFileSync(desk.path('counts.csv'), fromReadme('counts.csv'));
    writeFileSync(desk.path('flows/shelf-counts.yaml'), fromReadme('flows/shelf-counts.yaml'));
    await start();
    const inbox = desk.path('data/inbox/wms');
    for (let time = 1; time <= 3; time += 1) {
      copyFileSync(desk.path('counts.csv'), join(inbox, 'shelf-1.csv'));
      await until(`intake ${time}`, () => happened('folder.file_taken').length === time);
    }
    assert.deepEqual(
      happened('folder.file_taken').map(({ flow }) => flow),
      ['shelf-counts', 'shelf-counts', 'shelf-counts'],
    );
    await until('the last rejects', () => readdirSync(join(inbox, 'rejected')).length === 3);
    assert.equal(existsSync(join(inbox, 'failed')), false);
    assert.match(readFileSync(join(inbox, 'rejected/shelf-1.rejected.csv'), 'utf8'), /a few/);
    const stock = await until('the stock', async () => {
      const { out } = await desk.run(['stock']);
      return out.includes('TEA-100') && out;
    });
    assert.match(stock, /MUG-300 +BER +available +1250\.5 /);
    assert.match(stock, /TEA-100 +BER +available +40 /);
  });

  it('is watched before a large file is read that a crash left', async () => {
    writeFileSync(desk.path('flows/shelf-counts.yaml'), fromReadme('flows/shelf-counts.yaml'));
    const claimed = desk.path('data/inbox/wms/.claimed');
    mkdirSync(claimed, { recursive: true, mode: 0o700 });
    const [header, first] = fromReadme('counts.csv').split('\n');
    const rows = Array.from({ length: 5_000 }, (_, row) => first!.replace('TEA-100', `TEA-${row}`));
    const name = '01980000-0000-7000-8000-000000000001~shelf-1.csv';
    writeFileSync(join(claimed, name), [header, ...rows, ''].join('\n'));
    await start();
    assert.deepEqual(happened('intake.done'), []);
    await until('the file', () => happened('intake.done').length === 1);
  });
});
