import { deepEqual, doesNotMatch } from 'node:assert/strict';
import { Picture, type SnapshotBody } from '../../../core/history/snapshotOf.ts';
import type { FlowRecord, SourceRecord } from '../../../core/ports.ts';

describe('a picture of a record', () => {
  it('has no value of a hidden field, in whatever it lies and whatever fault quotes it', () => {
    const value = { order: 'PO-1', payer: { iban: 'DE89370400440532013000' }, pin: ['4711', '12'] };
    const read = [{ value, at: {} }] as unknown as SourceRecord[];
    const picture = new Picture('error', new Set(['iban', 'pin']), read);
    const cause = { code: 'MESSAGE_INVALID', message: "'4711' is no PIN" } as const;
    const message = "'DE89370400440532013000' of PO-1 is no account, line 12";
    const faults = [{ code: 'MESSAGE_INVALID', message, causes: [cause] }];
    const records = [{ value, at: {}, faults }] as unknown as FlowRecord[];
    picture.after({ step: 'validate', records } as never);
    picture.parked([{ code: 'STOCK_NEGATIVE' as never, message: 'of 4711 there is none' }]);
    const { steps } = JSON.parse(picture.text()) as SnapshotBody;
    doesNotMatch(picture.text(), /DE89|4711/);
    deepEqual(steps[0]!.value, { order: 'PO-1', payer: { iban: '***' }, pin: '***' });
    deepEqual(steps[1]!.faults![0]!.message, "'***' of PO-1 is no account, line 12");
  });
});
