/** A decision that asks again for what it was just given ends as a defect, and stops nothing else. */
import assert from 'node:assert/strict';
import { AskedNeeds } from '../../../core/apply/AskedNeeds.ts';
import { Loader } from '../../../core/apply/Loader.ts';
import { Round } from '../../../core/apply/round.ts';
import { Turns } from '../../../core/flow/Turns.ts';
import { limits } from '../../../core/limits.ts';
import { systemTime } from '../../../core/runtime.ts';
import { Missing } from '../../../core/stock/Missing.ts';
import { Workspace } from '../../../core/stock/workspace.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';
import { euros } from '../../stockBook.ts';

describe('what a decision asks for', () => {
  it('is brought once: the same need again is a defect', async () => {
    const loader = new Loader(new MemoryStore(), new Workspace(euros), new Turns(systemTime));
    let asked = 0;
    const work = () => {
      asked += 1;
      throw new Missing({ document: 'D1' });
    };
    await assert.rejects(loader.loadFor(work), {
      code: 'INTERNAL',
      message: 'a decision asks for {"document":"D1"}, which was just brought',
    });
    assert.equal(asked, 2);
  });

  it('may be more each time, within a bound', () => {
    const needs = new AskedNeeds();
    for (let number = 0; number < limits.decisionRounds; number += 1) {
      assert.equal(needs.defectOf([{ document: 'D' }, { head: `S${number}` }]), undefined);
    }
    assert.match(needs.defectOf([{ head: 'S' }])!.message, /"S".* came after 1000 others/);
  });

  it('parks the one command that asks in vain, and books the others of its batch', async () => {
    const rig = new LedgerRig();
    const lines = [{ sku: 'X', location: 'A', quantity: '4', unitCost: '1' }];
    await rig.book('receive', { document: 'R1', at: day(1), lines });
    // A defect in the making: what is brought of a document is not kept.
    rig.workspace.documents.take = () => undefined;
    const command = (record: number, type: string, data: object) =>
      ({
        ...{ specversion: '1.0', source: '/t', time: day(2), datacontenttype: 'application/json' },
        ...{ id: `c${record}`, type, data, contenthash: `h${record}`, record, actor: 'flow:t' },
      }) as never;
    const batch = {
      origin: { intakeId: 'i', flow: 't', name: 't' },
      ...{ index: 0, records: 2, filtered: 0, parked: [], batches: 1, digest: 'd' },
      redelivered: false,
      commands: [
        command(1, 'stock.cancel.v1', { document: 'R1' }),
        command(2, 'stock.receive.v1', { document: 'R2', at: day(2), lines }),
      ],
    };
    const options = { careful: true, parkDefects: true };
    assert.notEqual(
      await new Round(rig.parts, rig.workspace, [batch], options).commit(),
      undefined,
    );
    const booked = (await rig.entries('X')).map(({ document }) => document);
    assert.deepEqual(booked, ['R1', 'R2']);
    const { rows } = await rig.store.parked({}, { limit: 9 });
    assert.equal(rows.length, 1);
    assert.equal(rows[0]!.faults[0]!.code, 'INTERNAL');
    assert.match(rows[0]!.faults[0]!.message, /\{"document":"R1"\}, which was just brought/);
  });
});
