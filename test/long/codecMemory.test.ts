import assert from 'node:assert/strict';
import { streamInChild } from '../contract/codec/streamInChild.ts';

describe('codecs take no more memory for a large payload than for a small one', () => {
  for (const format of ['csv', 'json', 'ndjson', 'xml']) {
    it(`${format}: 200 MB with 32 MB of heap`, async () => {
      const small = await streamInChild(format, 10, 32);
      const large = await streamInChild(format, 200, 32);
      const grown = large.peakMb - small.peakMb;
      assert.ok(grown < 40, `${small.peakMb} MB for 10 MB, ${large.peakMb} MB for 200 MB`);
    });
  }
});
