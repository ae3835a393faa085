/** The line of the field that a fault is about, in records of several lines. */
import assert from 'node:assert/strict';
import { placeInJson } from '../../../core/cli/placeInJson.ts';
import { placeInXml } from '../../../core/cli/placeInXml.ts';
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
});
