import assert from 'node:assert/strict';
import { streamInChild } from './streamInChild.ts';

describe('codecs read streams in little memory', function () {
  this.timeout(120_000);
  for (const [format, megabytes] of [
    ['csv', 20],
    ['fixed', 20],
    ['json', 20],
    ['ndjson', 20],
    ['xml', 8],
    ['documents', 8],
    ['filled', 8],
  ] as const) {
    it(`${format}: ${megabytes} MB with 32 MB of heap`, async () => {
      const { records, peakMb } = await streamInChild(format, megabytes, 32);
      assert.ok(records > 50_000, `${records} records`);
      assert.ok(peakMb < 160, `${peakMb} MB of memory`);
    });
  }
});
