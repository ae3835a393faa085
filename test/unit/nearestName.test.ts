import { equal } from 'node:assert/strict';
import { nearestName } from '../../core/errors.ts';

describe('the nearest name', () => {
  const near: [mistyped: string, known: string[], meant: string][] = [
    ['bye', ['by', 'differ'], 'by'],
    ['patern', ['pattern', 'settle'], 'pattern'],
    ['Qyt', ['Qty', 'Sku'], 'Qty'],
    ['stock.recieve.v1', ['stock.issue.v1', 'stock.receive.v1'], 'stock.receive.v1'],
    ['SKU', ['sku'], 'sku'],
    ['htp', ['http', 'data'], 'http'],
  ];
  for (const [mistyped, known, meant] of near)
    it(`of ${mistyped} is ${meant}`, () => equal(nearestName(mistyped, known), meant));

  const far: [name: string, known: string[]][] = [
    ['qty', ['at', 'sku', 'lot']],
    ['sftp', ['http', 'folder']],
    ['foo', ['uom', 'row', 'not']],
    ['<<', ['to', 'from']],
    ['x', ['A', 'B']],
    ['warehouse', ['wholesale']],
    ['reservation.reopen.v1', ['reservation.create.v1']],
  ];
  for (const [name, known] of far)
    it(`of ${name} is none of ${known.join(', ')}`, () =>
      equal(nearestName(name, known), undefined));
});
