/** The line of the field that a fault is about, in records of several lines. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atFieldLines } from '../../../core/cli/fieldLines.ts';
import { placeInJson } from '../../../core/cli/placeInJson.ts';
import { placeInXml } from '../../../core/cli/placeInXml.ts';
import type { InboundFlow } from '../../../core/flow/compiledFlow.ts';
import type { Path } from '../../../core/spec.ts';

type Reach = typeof placeInJson;
const found = (reach: Reach, text: string, path: Path): string | undefined => {
  const reached = reach(text, 0, path);
  return reached && `${reached.depth} ${text.slice(reached.offset).replace(/\s.*/s, '')}`;
};

describe('the place of a field in the text of its record', () => {
  const json = '{ "a": "}\\" [", "b": { "c": 1 }, "list": [ {"n": 1}, [2], {"n": "x"} ], "d": {} }';
  const xml =
    '<r a="1 > 0"><!-- <x/> --><p:x>t</p:x><x/><l><n>1</n><n>2</n></l><![CDATA[<n>]]><e/></r>';

  it('is found in JSON, as far as the path leads', () => {
    assert.equal(found(placeInJson, json, ['b', 'c']), '2 1');
    assert.equal(found(placeInJson, json, ['list', 2, 'n']), '3 "x"}');
    assert.equal(found(placeInJson, json, ['list', 'n']), '2 1},');
    assert.equal(found(placeInJson, json, ['list', 2, 'm']), '2 {"n":');
    assert.equal(found(placeInJson, json, ['b', 0, 'c']), '3 1');
    assert.equal(found(placeInJson, json, ['d', 'x']), '1 {}');
    assert.equal(found(placeInJson, json, ['x'])?.[0], '0');
  });

  it('is found in XML, whatever the prefix, and of several by its place', () => {
    assert.equal(
      found(placeInXml, xml, ['x']),
      '1 <p:x>t</p:x><x/><l><n>1</n><n>2</n></l><![CDATA[<n>]]><e/></r>',
    );
    assert.match(found(placeInXml, xml, ['x', 1])!, /^2 <x\/>/);
    assert.match(found(placeInXml, xml, ['l', 'n', 1])!, /^3 <n>2/);
    assert.match(found(placeInXml, xml, ['l', 'n', 5])!, /^2 <n>1|^2 <l>|^2/);
    assert.match(found(placeInXml, xml, ['l', 0, 'n', 1, '#text'])!, /^5 <n>2/);
    assert.match(found(placeInXml, xml, ['e', 'f'])!, /^1 <e\/>/);
  });

  it('is not sought where the text ends too early', () => {
    for (const text of ['{ "a": [1, ', '{ "a', '{', '{ "b": [}'])
      assert.equal(placeInJson(text, 0, ['x']), undefined);
    assert.equal(placeInXml('<r><a>', 0, ['a']), undefined);
  });

  it('is not sought where all of the payload stands in one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stockbus-lines-'));
    const fault = { code: 'MESSAGE_INVALID' as const, message: 'no' };
    const all = [{ faults: [{ ...fault, at: { field: 'sku', line: 1, record: 1 } }] }];
    const sought: string[] = [];
    const sourceOf = (field: string): Path[] => {
      sought.push(field);
      return [['Sku']];
    };
    const linesIn = async (text: string): Promise<(number | undefined)[]> => {
      const path = join(folder, 'rows.json');
      await writeFile(path, text);
      const flow = { read: { name: 'json' }, sourceOf } as unknown as InboundFlow;
      const [found] = await atFieldLines(all, flow, path);
      return found!.faults.map(({ at }) => (at as { line?: number }).line);
    };
    try {
      assert.deepEqual(await linesIn('[{"Qty": 1, "Sku": 2}]\n'), [1]);
      assert.deepEqual(sought, []);
      assert.deepEqual(await linesIn('[{"Qty": 1,\n"Sku": 2}]'), [2]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
