import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { ConsoleAssets } from '../../../core/api/console/ConsoleAssets.ts';
import { joinModules } from '../../../core/api/console/joinModules.ts';
import { serveConsole } from '../../../core/api/console/serveConsole.ts';

const KB = 1_000;
const assets = new ConsoleAssets();

describe('the console as it is served', () => {
  const server = createServer(express().use('/console', serveConsole()));
  let url: string;

  before((done) => {
    server.listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/console`;
      done();
    });
  });
  after((done) => void server.close(done));

  it('is small: 100 kB of script and 20 kB of style as they are sent, all screens in all', () => {
    const sizes = { js: 0, css: 0 };
    for (const [path, { packed }] of assets.entries()) {
      // Reading barcodes is loaded on the scan page alone.
      if (/^scan\/|\.wasm$/.test(path)) continue;
      if (path.endsWith('.js')) sizes.js += packed.length;
      if (path.endsWith('.css')) sizes.css += packed.length;
    }
    assert.ok(sizes.js < 100 * KB, `${sizes.js} bytes of script`);
    assert.ok(sizes.css < 20 * KB, `${sizes.css} bytes of style`);
  });

  it('is the same from the sources and as the published package has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stockbus-built-'));
    try {
      execFileSync(process.execPath, ['scripts/buildConsole.ts', join(folder, 'console')]);
      assert.equal(new ConsoleAssets(join(folder, 'console')).hash, assets.hash);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('joins modules with names alone: each once, what is shared in the first file, a screen in its own', () => {
    const texts = new Map([
      ['state/count.js', 'export const count = () => 1;'],
      [
        'screens/desk/add.js',
        `import { count as one } from '../../state/count.js';\nexport function add() { return one(); }`,
      ],
      ['screens/A.js', `import { add } from './desk/add.js';\nexport const A = add;`],
      [
        'screens/B.js',
        `import { add } from './desk/add.js';\nimport { own } from './b/own.js';\nexport const B = [add, own];`,
      ],
      ['screens/b/own.js', 'export const own = 2;'],
      [
        'main.js',
        `import './state/count.js';\nconst a = () => import('./screens/A.js');\nconst b = () => import('./screens/B.js');`,
      ],
    ]);
    const joined = joinModules(texts);
    assert.deepEqual([...joined.keys()], ['main.js', 'screens/A.js', 'screens/B.js']);
    const [main = '', a = '', b = ''] = joined.values();
    assert.match(
      main,
      /function add[\s\S]*import\('\.\/screens\/A\.js'\)[\s\S]*export const \$shared/,
    );
    assert.doesNotMatch(a + b, /function add/);
    assert.match(
      b,
      /import \{ \$shared \} from '\.\.\/main\.js';[\s\S]*own = 2[\s\S]*export const \{ B \}/,
    );
    const odd = new Map([['main.js', 'export default 1;']]);
    assert.throws(() => joinModules(odd), /console\/main\.js: imports and exports .* have names/);
  });

  it('gives its page for every address, anew each time, under a policy that lets nothing else in', async () => {
    for (const path of ['', '/parked?open=1', '/no/such/screen']) {
      const response = await fetch(url + path, {
        headers: { accept: 'text/html', 'sec-fetch-site': 'cross-site' },
      });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('cache-control'), 'no-cache');
      const policy = response.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
      assert.doesNotMatch(policy, /unsafe|https?:/);
      const page = await response.text();
      assert.doesNotMatch(page, /<script(?![^>]* src=)|<style|\bon\w+=|style=|\/\/(?!\/)\w+\./);
    }
    const scan = await fetch(`${url}/scan`, { headers: { accept: 'text/html' } });
    const policy = scan.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  });

  it('names each file by what is in all of them, so that browsers keep it for ever', async () => {
    const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    assert.ok(files.some((file) => file.endsWith('/main.js')));
    for (const file of files) {
      const response = await fetch(new URL(file, url));
      assert.equal(response.status, 200, file);
      assert.match(response.headers.get('cache-control') ?? '', /immutable/);
      // No type is left, and nothing is imported that the hub does not serve.
      const text = await response.text();
      if (file.endsWith('.js')) {
        assert.doesNotMatch(text, /^(?:import|export)\b.*\bfrom\s*['"][^'".]/m, file);
        assert.doesNotMatch(text, /\.ts['"]/, file);
      }
    }
    const other = files[0]!.replace(/\/[0-9a-f]{16}\//, `/${'0'.repeat(16)}/`);
    assert.ok((await fetch(new URL(other, url))).status >= 400);
  });
});

describe('the colours of the console', () => {
  const css = readFileSync('console/style/tokens.css', 'utf8');
  const tokens = [...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\);/g)];
  const light = Object.fromEntries(tokens.map(([, name, one]) => [name, one!]));
  const dark = Object.fromEntries(tokens.map(([, name, , other]) => [name, other!]));

  const luminance = (color: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one: string, other: string): number => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high! + 0.05) / (low! + 0.05);
  };

  for (const [theme, of] of Object.entries({ light, dark })) {
    it(`can be read, ${theme}: text at 4.5 to 1, edges of what is used at 3 to 1`, () => {
      const inks = ['text', 'muted', 'accent', 'bad', 'warn', 'good', 'info'];
      for (const ground of ['bg', 'panel', 'hover']) {
        for (const ink of inks) {
          const found = contrast(of[ink]!, of[ground]!);
          assert.ok(found >= 4.5, `${ink} on ${ground}: ${found.toFixed(2)}`);
        }
        assert.ok(contrast(of.edge!, of[ground]!) >= 3, `edge on ${ground}`);
      }
      for (const [ink, ground] of [
        ['text', 'add'],
        ['text', 'del'],
        ['accent-ink', 'accent'],
      ]) {
        assert.ok(contrast(of[ink!]!, of[ground!]!) >= 4.5, `${ink} on ${ground}`);
      }
    });
  }
});
