/** Several connectors of one flow: each is told in a queue of its own, so that one that is down holds up no other. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { Deliver } from '../../core/deliver.ts';
import { sinksOf } from '../../core/flow/compiledFlow.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import type { Sink } from '../../core/ports.ts';
import { type HubRun, reportsOf, startHub, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

const SINKS = [
  sinkQueue('arrivals', 'warehouse'),
  sinkQueue('arrivals', 'audit'),
  sinkQueue('feed'),
  sinkQueue('feed', 'archive'),
];
const HEAD = 'No,Sku,Bin,Qty,Cost\n';

describePairs('several connectors of one flow', (pair) => {
  let place: Workplace;
  let server: Server;
  let run: HubRun | undefined;
  /** What it answers with; calls that it took. */
  let status = 200;
  let taken: string[] = [];

  beforeEach(async () => {
    place = await pair.workplace();
    taken = [];
    status = 200;
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      if (status === 200) taken.push(text.trim());
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    place.env.WAREHOUSE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    await run?.close();
    run = undefined;
    server.close();
    await place.remove([commandQueue(0), ...SINKS]);
  });

  const drop = (name: string, rows: string): void =>
    writeFileSync(join(place.data, 'in', name), HEAD + rows);
  const linesIn = (folder: string): string[] => {
    const path = join(place.data, folder);
    const names = existsSync(path) ? readdirSync(path).filter((name) => name[0] !== '.') : [];
    return names
      .flatMap((name) => readFileSync(join(path, name), 'utf8').trim().split('\n'))
      .sort();
  };

  it('take what is theirs of one payload, and count it with its records', async () => {
    run = await startHub('targets', place);
    drop('a.csv', 'D1,TEA,BER,5,2\nD2,MILK,HAM,1,1\n');
    const [report] = await reportsOf(run, 1);
    assert.deepEqual([report!.records, report!.messages, report!.booked], [2, 2, 2]);
    const done = run.lines.find(({ event }) => event === 'intake.done');
    assert.equal(done!.fields.handed, 4);
    await until('all of it', () => linesIn('archive').length === 2 && taken.length === 2);
    assert.deepEqual(taken.sort(), [
      '[\n{"arrived":"TEA","for":"BER"},\n{"arrived":"MILK","for":"HAM"}\n]',
      '{"told":"MILK"}\n{"told":"TEA"}',
    ]);
    assert.deepEqual(linesIn('archive'), [
      '{"sku":"MILK","onHand":"1"}',
      '{"sku":"TEA","onHand":"5"}',
    ]);
    assert.deepEqual(linesIn('audit'), [
      '{"No":"D1","Sku":"TEA","Bin":"BER","Qty":"5","Cost":"2"}',
      '{"No":"D2","Sku":"MILK","Bin":"HAM","Qty":"1","Cost":"1"}',
    ]);
    assert.deepEqual((await run.store.deadLetters({}, { limit: 10 })).rows, []);
  });

  it('go on while one refuses, whose dead letters are its own', async () => {
    status = 500;
    run = await startHub('targets', place);
    drop('a.csv', 'D1,TEA,BER,5,2\n');
    await until(
      'the others',
      () => linesIn('audit').length === 1 && linesIn('archive').length === 1,
    );
    const dead = await until('the dead letters', async () => {
      const { rows } = await run!.store.deadLetters({}, { limit: 10 });
      return rows.length === 2 && rows;
    });
    assert.deepEqual(dead.map(({ queue }) => queue).sort(), [SINKS[0], SINKS[2]].sort());
    status = 200;
    drop('b.csv', 'D2,MILK,HAM,1,1\n');
    await until(
      'what comes after',
      () => taken.length === 2 && linesIn('audit').length + linesIn('archive').length === 4,
    );
  });

  it('keep to their pace by leaving what waits in its queue', async () => {
    run = await startHub('targets', place, ['intake', 'apply', 'relay']);
    drop('a.csv', 'D1,TEA,BER,5,2\n');
    await reportsOf(run, 1);
    drop('b.csv', 'D2,MILK,HAM,1,1\n');
    await reportsOf(run, 2);
    const audit = run.flows.flatMap(sinksOf).find(({ queue }) => queue === SINKS[1])!;
    const sent: string[] = [];
    const sink: Sink = {
      async send({ body }) {
        for await (const bytes of body) sent.push(Buffer.from(bytes).toString('utf8').slice(0, 10));
      },
      close: async () => undefined,
    };
    const pace = { ...audit, throttle: { records: 1, perMs: 3_000 } };
    const said: string[] = [];
    const time = new SimulatedTime();
    const runtime = simulatedRuntime(time, { log: (_level, event) => void said.push(event) });
    const deliver = new Deliver({ broker: run.broker, runtime, holdMs: 100 }, pace, sink);
    await deliver.start();
    const { broker } = run;
    await until('the first', () => sent.length === 1);
    await until('the pause', () => said.includes('deliver.paused'));
    await until('its queue', async () => (await broker.depth(audit.queue)) === 1);
    assert.equal(sent.length, 1);
    await until('the other', async () => {
      await time.advance(pace.throttle.perMs);
      return sent.length === 2;
    });
    await deliver.stop();
    assert.deepEqual(sent, ['{"No":"D1"', '{"No":"D2"']);
    assert.deepEqual(said, ['deliver.paused']);
    assert.equal(await broker.depth(audit.queue), 0);
  });

  it('are told after a restart what waits for them', async () => {
    run = await startHub('targets', place, ['intake', 'apply', 'relay']);
    drop('a.csv', 'D1,TEA,BER,5,2\n');
    await reportsOf(run, 1);
    await until('the relay', async () => (await run!.store.outbox(1)).length === 0);
    assert.deepEqual([taken, linesIn('audit'), linesIn('archive')], [[], [], []]);
    await run.close();
    run = await startHub('targets', place, ['deliver']);
    const arrived = () => [taken.length, linesIn('archive').length, linesIn('audit').length];
    await until('all of it', () => arrived().join() === '2,1,1');
  });
});
