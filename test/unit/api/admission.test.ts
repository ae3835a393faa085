import assert from 'node:assert/strict';
import { Admission } from '../../../core/api/Admission.ts';
import { SimulatedTime } from '../../SimulatedTime.ts';

describe('request bodies in hand', () => {
  const bounds = { acceptingBytes: 1_000, acceptingWaitMs: 2_000 };

  it('have a bound together; one for which there is no room waits, in its order, and is refused after a moment', async () => {
    const time = new SimulatedTime();
    const admission = new Admission(time, bounds);
    const first = await admission.enter(100);
    const second = await admission.enter(100);
    const entered: string[] = [];
    const third = admission.enter(150).then((leave) => {
      entered.push('third');
      return leave;
    });
    const fourth = admission.enter(10).then((leave) => {
      entered.push('fourth');
      return leave;
    });
    first();
    first();
    await new Promise(setImmediate);
    assert.deepEqual(entered, [], 'a small one does not overtake a large one for ever');
    second();
    await Promise.all([third, fourth]);
    assert.deepEqual(entered, ['third', 'fourth']);
    const refused = assert.rejects(admission.enter(100), { code: 'HUB_BUSY' });
    await time.advance(2_000);
    await refused;
    (await third)();
    await admission.enter(100);
  });

  it('one larger than the bound has it alone', async () => {
    const admission = new Admission(new SimulatedTime(), bounds);
    const leave = await admission.enter(1_000_000);
    leave();
    await admission.enter();
  });
});
