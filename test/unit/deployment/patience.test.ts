import assert from 'node:assert/strict';
import { Patience } from '../../../core/deployment/Patience.ts';
import { isStockbusError, StockbusError } from '../../../core/errors.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const away = new StockbusError('STORE_UNREACHABLE', 'nobody answers at db:27017');

describe('a server that is away when a hub starts', () => {
  it('is waited for, told at first and once a minute, and in the eyes of health all the time', async () => {
    const time = new SimulatedTime();
    const told: string[] = [];
    const log = (level: string, event: string) => void told.push(`${level} ${event}`);
    const patience = new Patience(simulatedRuntime(time, { log }), true);
    let attempts = 0;
    let isThere = false;
    const reached = patience.reached(async () => {
      attempts += 1;
      if (!isThere) throw away;
      return 'there';
    });
    await time.advance(5 * 60_000);
    assert.equal(patience.waitsFor?.message, away.message);
    assert.deepEqual(told, new Array(told.length).fill('warn hub.waits'));
    assert.ok(told.length >= 5 && told.length <= 6, String(told.length));
    assert.ok(attempts > 100, 'a server that comes back is found within a few seconds');
    isThere = true;
    await time.advance(2_000);
    assert.equal(await reached, 'there');
    assert.equal(patience.waitsFor, undefined);
  });

  it('fails at once where nobody waits, and so does what no wait can mend', async () => {
    const time = new SimulatedTime();
    const fails = (error: Error) => async (): Promise<never> => Promise.reject(error);
    const hasty = new Patience(simulatedRuntime(time), false);
    await assert.rejects(hasty.reached(fails(away)), away);
    const standalone = new StockbusError('STORE_STANDALONE', 'it has no transactions');
    const patient = new Patience(simulatedRuntime(time), true);
    await assert.rejects(patient.reached(fails(standalone)), standalone);
  });

  it('is waited for no longer once the hub is told to stop', async () => {
    const time = new SimulatedTime();
    const patience = new Patience(simulatedRuntime(time), true);
    const reached = patience.reached(async () => Promise.reject(away));
    reached.catch(() => undefined);
    await time.advance(10_000);
    patience.end();
    await assert.rejects(reached, (error) => isStockbusError(error, 'SHUTTING_DOWN'));
    assert.equal(time.pending, 0);
  });
});
