import assert from 'node:assert/strict';
import {
  MongoBulkWriteError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoRuntimeError,
  MongoServerError,
} from 'mongodb';
import { isStockbusError } from '../../../core/errors.ts';
import { isTransient, storeError } from '../../../core/stores/mongodb/storeError.ts';

const refused = (code: number, more = {}): MongoServerError =>
  new MongoServerError({ ok: 0, code, errmsg: 'no', ...more });

function codeOf(error: unknown): string {
  const told = storeError(error, 'mongodb://server/stock');
  assert.ok(isStockbusError(told));
  return told.code;
}

/** As the driver does it where the server is gone before the operation begins. */
const wrapped = (inner: Error): MongoBulkWriteError =>
  new MongoBulkWriteError(inner as never, {} as never);

describe('what the MongoDB driver throws', () => {
  const cases: [name: string, error: unknown, code: string][] = [
    ['a time limit waits', refused(50), 'STORE_FAILED'],
    ['a code of no list waits', refused(987_654), 'STORE_FAILED'],
    [
      'an error of a shard that is named by its write concern',
      refused(1, { writeConcernError: { code: 91 } }),
      'STORE_TRANSIENT',
    ],
    ['missing rights wait for somebody', refused(13), 'STORE_REFUSED'],
    ['a full disk waits for somebody', refused(14_031), 'STORE_DISK'],
    ['a write that somebody else was before', refused(112), 'STORE_TRANSIENT'],
    ['a document that breaks a rule', refused(121), 'INTERNAL'],
    ['a document that is too large', refused(10_334), 'INTERNAL'],
    ['a driver that is misused', new MongoInvalidArgumentError('no'), 'INTERNAL'],
    ['a driver that fails', new MongoRuntimeError('no'), 'STORE_FAILED'],
    ['a connection that ended', new MongoNetworkError('gone'), 'STORE_UNREACHABLE'],
    [
      'the same, wrapped by many writes',
      wrapped(new MongoNetworkError('gone')),
      'STORE_UNREACHABLE',
    ],
    ['a refusal, wrapped by many writes', wrapped(refused(14_031)), 'STORE_DISK'],
  ];
  for (const [name, error, code] of cases) {
    it(`${name}: ${code}`, () => assert.equal(codeOf(error), code));
  }

  it('is tried again at once where the driver says so, and where a connection was wrapped', () => {
    const labelled = new MongoError('no');
    labelled.addErrorLabel('TransientTransactionError');
    assert.equal(isTransient(labelled), true);
    assert.equal(isTransient(wrapped(new MongoNetworkError('gone'))), true);
    assert.equal(isTransient(refused(50)), false);
  });

  it('is no error of the store where the driver did not throw it', () => {
    const error = new TypeError('no');
    assert.equal(storeError(error, 'mongodb://server/stock'), error);
  });
});
