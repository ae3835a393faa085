import assert from 'node:assert/strict';
import { brokenRules, staleExemptions } from '../houseRules.ts';
import { sourceFiles } from '../sourceFiles.ts';
import { readSource, type SourceFile } from '../sourceText.ts';
import { brokenTables } from '../tableRules.ts';

const file = (path: string, text: string): SourceFile => ({ path, text });

describe('the rules of the house', () => {
  let house: SourceFile[];
  before(async () => {
    house = await sourceFiles();
  });

  it('hold for every file', () => {
    assert.deepEqual(brokenRules(house), []);
  });

  it('have no exemption that nothing needs', () => {
    assert.deepEqual(staleExemptions(house), []);
  });

  it('has every metric and every log event in its table, and nothing else there', () => {
    assert.deepEqual(brokenTables(house), []);
  });

  it('finds what is counted or logged and is in no table, and what is told otherwise', () => {
    const planted = [
      "metrics.count('stockbus_planted_total');",
      "runtime.log('info', 'planted_event', { flow });",
      "runtime.log('info', 'relay.waits', { code, secret: 1 });",
    ];
    assert.deepEqual(brokenTables([...house, file('core/planted.ts', planted.join('\n'))]), [
      'core/planted.ts counts stockbus_planted_total, which is not in the table: add a line to core/metricNames.ts, in the place of its name, then npm run gen',
      'core/planted.ts logs planted_event, which is not in the table: add a line to core/logEvents.ts, in the place of its name, then npm run gen',
      'core/planted.ts logs relay.waits as info, core/logEvents.ts has it as warn',
      "core/planted.ts logs relay.waits with 'secret', which core/logEvents.ts does not name",
    ]);
  });

  it('are kept on text that was read to its end: brackets close in every file', () => {
    const open = house.filter(({ text }) => {
      const { code } = readSource(text);
      const count = (bracket: string): number => code.split(bracket).length;
      return ['()', '[]', '{}'].some((pair) => count(pair[0]!) !== count(pair[1]!));
    });
    assert.deepEqual(
      open.map(({ path }) => path),
      [],
    );
  });

  it('find a violation that is planted into the house as it is, and nothing else', () => {
    const planted = file('core/stock/planted.ts', "import { connect } from 'amqplib';");
    const known = new Set(brokenRules(house));
    const found = brokenRules([...house, planted]).filter((one) => !known.has(one));
    assert.deepEqual(found, [
      'core/stock/planted.ts (stock) imports amqplib: the room is pure, and may import node:crypto',
    ]);
  });
});

/** What is planted → what the rules say of it. */
const plants: [name: string, path: string, text: string, problem: RegExp][] = [
  // Packages and parts of Node, by room.
  ['a driver in stock', 'core/stock/decide.ts', "import { MongoClient } from 'mongodb';", /pure/],
  ['express in a codec', 'core/codecs/csv.ts', "import express from 'express';", /pure/],
  ['ajv in the kernel', 'core/spec.ts', "import { Ajv } from 'ajv';", /pure.*node:crypto/],
  ['a type of a driver', 'core/ports.ts', "import type { Db } from 'mongodb';", /pure/],
  ['a part of a package', 'core/steps/map.ts', "import parse from 'yaml/parse';", /imports yaml:/],
  ['a scoped package', 'core/api/routes.ts', "import x from '@scope/name/x';", /@scope\/name:/],
  ['amqplib in the engine', 'core/relay.ts', "import { connect } from 'amqplib';", /may import/],
  ['fs in the engine', 'core/intake.ts', "import { readFile } from 'node:fs/promises';", /fs/],
  ['fs in the flow compiler', 'core/flow/tables.ts', "import fs from 'node:fs';", /node:fs:/],
  ['I/O in the kernel', 'core/limits.ts', "import { readFileSync } from 'node:fs';", /pure/],
  ['I/O in a codec', 'core/codecs/csv.ts', "import fs from 'node:fs';", /pure/],
  ['another driver', 'core/stores/sqlite/rows.ts', "import { Db } from 'mongodb';", /mongodb/],
  ['a driver in the api', 'core/api/routes.ts', "import { connect } from 'amqplib';", /amqplib/],
  ['a kind of String', 'core/steps/map.ts', 'class Text extends String {}', /methods of all texts/],
  ['a bare import', 'core/relay.ts', "import 'amqplib';", /amqplib/],
  ['an export from', 'core/relay.ts', "export { connect } from 'amqplib';", /amqplib/],
  // Direction.
  ['a kernel file → store', 'core/ports.ts', "import { a } from './stores/sqlite.ts';", /sqlite/],
  ['a codec → stock', 'core/codecs/csv.ts', "import { a } from '../stock/decide.ts';", /stock/],
  ['stock → a codec', 'core/stock/decide.ts', "import { a } from '../codecs/csv.ts';", /codecs/],
  ['a step → flow', 'core/steps/map.ts', "import { a } from '../flow/loadHub.ts';", /flow/],
  [
    'stock → the engine',
    'core/stock/decide.ts',
    "import { createHub } from '../hub.ts';",
    /engine/,
  ],
  ['a connector → another', 'connectors/http.ts', "import { a } from './folder.ts';", /another/],
  [
    'a store → a broker',
    'core/stores/sqlite.ts',
    "export * from '../brokers/embedded.ts';",
    /another/,
  ],
  ['a store → the engine', 'core/stores/sqlite.ts', "import { a } from '../hub.ts';", /engine/],
  [
    'a connector → the engine',
    'connectors/http.ts',
    "import { a } from '../core/hub.ts';",
    /engine/,
  ],
  ['the engine → a store', 'core/apply.ts', "import { a } from './stores/sqlite.ts';", /sqlite/],
  ['the engine → a connector', 'core/hub.ts', "import { a } from '../connectors/http.ts';", /http/],
  ['the engine → the api', 'core/hub.ts', "import { createApi } from './api/createApi.ts';", /api/],
  [
    'the api → the catalogue',
    'core/api/routes.ts',
    "import { a } from '../catalog.ts';",
    /catalog/,
  ],
  ['the api → the cli', 'core/api/routes.ts', "import { a } from '../cli/run.ts';", /cli/],
  ['anybody → main', 'core/cli/start.ts', "import { main } from '../main.ts';", /main\.ts/],
  ['the product → its tests', 'core/hub.ts', "import { a } from '../test/pairs.ts';", /no part of/],
  ['a file that is in no room', 'core/helpers.ts', 'export const a = 1;', /no room/],
  ['a folder that is in no room', 'core/plugins/a.ts', 'export const a = 1;', /no room/],
  // Ways round a plain import.
  ['a dynamic import', 'core/hub.ts', "const a = await import('./deliver.ts');", /import\(\)/],
  ['one that is computed', 'core/hub.ts', 'const a = await import(name);', /import\(\)/],
  ['a require', 'core/hub.ts', "const a = require('./deliver.ts');", /require/],
  ['a made require', 'core/hub.ts', 'const r = createRequire(import.meta.url);', /require/],
  // Clocks and dice.
  ['Date.now in stock', 'core/stock/decide.ts', 'export const a = () => Date.now();', /Runtime/],
  ['new Date() in a codec', 'core/codecs/csv.ts', 'export const a = new Date();', /new Date\(\)/],
  ['new Date without brackets', 'core/hub.ts', 'export const a = new Date;', /new Date\(\)/],
  ['Date() as text', 'core/hub.ts', 'export const a = Date();', /Date\(\)/],
  ['performance.now', 'core/relay.ts', 'export const a = performance.now();', /monotonic/],
  ['setTimeout in the engine', 'core/apply.ts', 'setTimeout(() => 1, 5);', /after/],
  ['setInterval in an adapter', 'connectors/http.ts', 'setInterval(() => 1, 5);', /every/],
  [
    'timers of Node',
    'core/relay.ts',
    "import { setTimeout as wait } from 'node:timers/promises';",
    /node:timers/,
  ],
  ['AbortSignal.timeout', 'connectors/http.ts', 'fetch(a, AbortSignal.timeout(5));', /after/],
  ['process.hrtime', 'core/cli/run.ts', 'const a = process.hrtime.bigint();', /monotonic/],
  ['Math.random in a step', 'core/steps/map.ts', 'export const a = Math.random();', /random/],
  [
    'randomUUID in a connector',
    'connectors/folder.ts',
    "import { randomUUID } from 'node:crypto'; randomUUID();",
    /newId/,
  ],
  [
    "the system's clock in the engine",
    'core/query.ts',
    "import { systemTime } from './runtime.ts';",
    /system's clock/,
  ],
  // What else pure code must not see.
  ['process in stock', 'core/stock/policy.ts', 'export const a = process.env.TZ;', /process/],
  ['fetch in a step', 'core/steps/lookup.ts', 'export const a = () => fetch(url);', /fetch/],
  [
    'a turn of the loop in a codec',
    'core/codecs/csv.ts',
    'await new Promise(setImmediate);',
    /pure/,
  ],
  // What nobody does.
  ['code from text', 'core/steps/map.ts', "const a = new Function('return 1');", /new Function/],
  ['eval', 'core/steps/map.ts', "const a = eval('1');", /eval/],
  ['a default export', 'core/hub.ts', 'export default class {}', /has a name/],
  ['an empty catch', 'core/hub.ts', 'try { a(); } catch {}', /say why/],
  ['an empty catch with its error', 'core/hub.ts', 'try { a(); } catch (error) { }', /say why/],
];

describe('the rules of the house find', () => {
  for (const [name, path, text, problem] of plants) {
    it(name, () => {
      const found = brokenRules([file(path, text)]);
      assert.ok(
        found.some((one) => one.startsWith(path) && problem.test(one)),
        `${text}\nfound: ${found.join('\n') || 'nothing'}`,
      );
    });
  }

  it('a circle of two, of three, and of types alone', () => {
    const two = [
      file('core/hub.ts', "import { b } from './relay.ts';"),
      file('core/relay.ts', "import type { a } from './hub.ts';"),
    ];
    assert.deepEqual(brokenRules(two), [
      'core/hub.ts imports itself in a circle: core/hub.ts, core/relay.ts',
    ]);
    const three = [
      file('core/stock/a.ts', "import './b.ts';"),
      file('core/stock/b.ts', "export { c } from './c.ts';"),
      file('core/stock/c.ts', "import { a } from './a.ts';"),
      file('core/stock/d.ts', "import { a } from './a.ts';"),
    ];
    assert.deepEqual(brokenRules(three), [
      'core/stock/a.ts imports itself in a circle: core/stock/a.ts, core/stock/b.ts, core/stock/c.ts',
    ]);
  });

  it('an exported name that stands twice, as a type or a value', () => {
    const found = brokenRules([
      file('core/stock/a.ts', 'export interface Change {}'),
      file('core/hub.ts', 'export const Change = 1;'),
      file('connectors/http.ts', 'export async function* Change() {}'),
    ]);
    assert.deepEqual(found, [
      'core/hub.ts exports Change, as core/stock/a.ts does: a name means one thing',
      'connectors/http.ts exports Change, as core/stock/a.ts does: a name means one thing',
    ]);
  });

  it('nothing in what only looks like it', () => {
    const innocent = [
      file(
        'core/hub.ts',
        "// import { a } from 'amqplib';\n/* setTimeout(a) */\nexport const a = 1;",
      ),
      file('core/relay.ts', "export const todo = 'call setTimeout(…) or new Function(…)';"),
      file('core/query.ts', 'export const b = (now: number) => new Date(now).getTime();'),
      file('core/apply.ts', 'export const c = `Date.now() ${1} Math.random()`;'),
      file('core/deliver.ts', 'export const d = /setTimeout\\(["\'`]/.test(a) ? a / b : b / a;'),
      file('core/intake.ts', 'try { a(); } catch { /* told by the caller */ }'),
      file('core/api/openApi.ts', 'socket.setTimeout(5); export type T = typeof import.meta;'),
    ];
    assert.deepEqual(brokenRules(innocent), []);
  });

  it('what a template computes, though its text is skipped', () => {
    const text = "export const a = `it's ${Date.now()} o'clock, ${`in ${Math.random()}`} {`;";
    assert.equal(brokenRules([file('core/hub.ts', text)]).length, 2);
  });
});
