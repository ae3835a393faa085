/**
 * Whatever is sent to the HTTP interface: nothing is answered as a defect, every refusal is a problem
 * document with its code, health answers all the while, and what was accepted is what the books hold.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { apiOf, prometheusMeter } from '../../core/cli/apiOf.ts';
import { codes } from '../../core/errors.ts';
import { type OpenHub, openHub } from '../../core/hub/openHub.ts';
import { rowsOf } from '../../core/rowsOf.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { verifyStore } from '../../core/verify.ts';
import { until } from '../hubRun.ts';
import { patience, repeat, runs, seed } from '../runs.ts';
import {
  answerIn,
  anyPayload,
  anyQuestion,
  exchange,
  type HttpAnswer,
  type HttpCase,
} from './httpRequest.ts';

const token = '9f86d081884c7d659a2feaa0c55ad015';
/** Longest wait for health beside one request, on a machine that does other things too. */
const HEALTH_MS = 3_000;

const map = '{ document: d, at: t, sku: s, location: l, quantity: q, unitCost: c }';
const flowOf = (name: string, read: string): string =>
  `flow: ${name}\nfrom: http\nread: ${read}\nsteps:\n  - map: ${map}\nkey: d\nto: stock.receive.v1\n`;
const flows = {
  j: flowOf('j', 'json'),
  c: flowOf('c', 'csv'),
  x: flowOf('x', '{ xml: { record: r } }'),
};

const row = fc.record({
  d: fc.nat(400).map((number) => `D${number}`),
  t: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 'never'),
  s: fc.constantFrom('A', 'B', 'é', '\u0000', ''),
  l: fc.constantFrom('W', ' W ', 'supplier'),
  q: fc.constantFrom('1', '0.5', '-1', '1e3', 'a few', '9'.repeat(30)),
  c: fc.constantFrom('1', '2.5', ''),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;
const columns = ['d', 't', 's', 'l', 'q', 'c'] as const;
const writers: ((rows: Row[]) => string)[] = [
  (rows) => JSON.stringify(rows),
  (rows) => rows.map((one) => JSON.stringify(one)).join('\n'),
  (rows) => [columns, ...rows.map((one) => columns.map((name) => one[name]))].join('\n'),
  (rows) =>
    `<a>${rows.map((one) => `<r>${columns.map((name) => `<${name}>${one[name]}</${name}>`).join('')}</r>`).join('')}</a>`,
];
const whole = fc
  .tuple(fc.array(row, { maxLength: 5 }), fc.constantFrom(...writers))
  .map(([rows, write]) => Buffer.from(write(rows)));
const damaged = fc
  .tuple(whole, fc.nat(), fc.nat(20), fc.uint8Array({ maxLength: 6 }))
  .map(([bytes, at, cut, more]) => {
    const start = bytes.length === 0 ? 0 : at % bytes.length;
    return Buffer.concat([bytes.subarray(0, start), more, bytes.subarray(start + cut)]);
  });
const monsters = [
  ...['['.repeat(5_000), `[1${'0'.repeat(30_000)}1]`, `{"d":"${'x'.repeat(100_000)}"}`, '\ufeff'],
  ...[`<r>${'<a>'.repeat(2_000)}`, '<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>', '"'.repeat(9_999)],
  ...[
    'd,t,s,l,q,c\n'.repeat(300),
    `${Array.from({ length: 5_000 }, (_, i) => `c${i}`)}\n1`,
    '\r\r\n\r',
  ],
].map((text) => Buffer.from(text));
const body = fc.oneof(
  { weight: 4, arbitrary: whole },
  { weight: 3, arbitrary: damaged },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(...monsters) },
);

interface Taken {
  intakeId: string;
  records: number;
  messages: number;
}

describe('HTTP under fire', () => {
  let folder: string;
  let open: OpenHub;
  let api: Awaited<ReturnType<typeof apiOf>>;
  let port: number;
  const accepted: Taken[] = [];
  /** Every payload that became durable, also where the sender was gone before he could be told. */
  const taken = new Map<string, Taken>();
  const defects: unknown[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-http-fuzz-'));
    const hub = `http: { port: 0, token: ${token} }\n`;
    const files = { 'config/hub.yaml': hub, ...named(flows) };
    for (const name of ['config', 'flows']) await mkdir(join(folder, name));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { metrics, text } = await prometheusMeter();
    const log = (_level: string, event: string, fields = {}): void => {
      if (event === 'intake.done') taken.set((fields as Taken).intakeId, fields as Taken);
      if (event === 'http.defect' || event === 'apply.defect') defects.push({ event, ...fields });
    };
    const runtime = systemRuntime(log, metrics);
    open = await openHub(folder, {}, runtime);
    Object.assign(open.config.http, { requestsPerMinute: 1e6, strangerRequestsPerMinute: 1e6 });
    api = await apiOf(open, runtime, text);
    await open.hub.start();
    ({ port } = await api.start());
  });

  after(async () => {
    await api.stop();
    await open.close();
    await rm(folder, { recursive: true });
  });

  const named = (all: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).map(([name, text]) => [`flows/${name}.yaml`, text]));

  async function healthy(): Promise<void> {
    const beganMs = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    assert.equal(response.status, 200);
    const ms = performance.now() - beganMs;
    assert.ok(ms < HEALTH_MS, `health answered after ${ms} ms`);
  }

  function judge({ bytes, isBroken }: HttpCase, answer: HttpAnswer | undefined): void {
    if (!answer) {
      assert.ok(isBroken, 'there is no answer');
      return;
    }
    const { status, headers, body: said } = answer;
    assert.ok(status < 500 || status === 503, `it is answered with ${status}: ${said}`);
    // What is no HTTP has no method either.
    if (said === '' && bytes.subarray(0, 4).toString() === 'HEAD') return;
    if (status === 202) accepted.push(JSON.parse(said));
    if (status < 400) return;
    assert.equal(headers.get('content-type'), 'application/problem+json', said);
    const problem = JSON.parse(said);
    assert.ok(Object.hasOwn(codes, problem.code), said);
    assert.notEqual(problem.code, 'INTERNAL');
    assert.equal(problem.status, status);
    assert.ok(problem.detail && problem.todo, said);
  }

  async function fire(cases: fc.Arbitrary<HttpCase>): Promise<void> {
    const property = fc.asyncProperty(
      fc.array(cases, { minLength: 1, maxLength: 4 }),
      async (some) => {
        const [answers] = await Promise.all([
          Promise.all(some.map((one) => exchange(port, one))),
          healthy(),
        ]);
        for (const [index, one] of some.entries()) judge(one, answerIn(answers[index]!));
        assert.deepEqual(defects, []);
      },
    );
    const details = await fc.check(property, { numRuns: runs(), seed });
    if (!details.failed) return;
    const shown = details.counterexample?.[0].map(({ about }) => about).join('\n');
    assert.fail(`again with ${repeat()}:\n${shown}\n${String(details.errorInstance)}`);
  }

  it('answers any question', async function () {
    this.timeout(patience());
    await fire(anyQuestion(token));
  });

  it('takes in any payload, and the books hold what it said that it took', async function () {
    this.timeout(patience());
    await fire(anyPayload(token, Object.keys(flows), body));
    const { store, config } = open;
    let booked = 0n;
    for (const { intakeId, records, messages } of accepted) {
      const own = taken.get(intakeId);
      assert.deepEqual([own?.records, own?.messages], [records, messages]);
    }
    for (const { intakeId, records, messages } of taken.values()) {
      const report = await until('what was accepted to be applied', async () => {
        const found = await store.intake(intakeId);
        return found?.done && found;
      });
      assert.deepEqual([report.records, report.messages], [records, messages]);
      booked += BigInt(report.booked);
    }
    const kind = 'receive';
    const receipts = await Array.fromAsync(rowsOf((page) => store.ledger({ kind }, page)));
    assert.equal(BigInt(receipts.length), booked);
    const { differences } = await verifyStore(store, config.stock);
    assert.deepEqual(differences, []);
  });
});
