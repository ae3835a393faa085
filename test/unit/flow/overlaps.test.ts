import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lint, load } from './hubFolder.ts';

const flow = (name: string, from: string, rest = ''): Record<string, string> => ({
  [`flows/${name}.yaml`]: `flow: ${name}
from: { folder: ${from} }
read: csv
${rest}steps: [{ map: { document: D, at: $date(T), sku: S, location: L, quantity: Q } }]
key: D
to: stock.receive.v1
`,
});

/** Only what is said of overlaps: the flows may have other faults. */
const overlaps = async (files: Record<string, string>): Promise<string[]> => {
  const said = await lint({ ...files, 'flows/broken.yaml': 'flow: broken\n' });
  return said.filter((line) => line.includes('FLOW_PATTERN_OVERLAPS'));
};

describe('two flows on one folder', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'stockbus-'));
    await mkdir(join(root, 'in'));
    await symlink(join(root, 'in'), join(root, 'link'));
  });
  after(() => rm(root, { recursive: true }));

  const connectors = (paths: Record<string, string>): Record<string, string> => ({
    'config/hub.yaml': `connectors:\n${Object.entries(paths)
      .map(([name, path]) => `  ${name}: { folder: { path: "${join(root, path)}" } }\n`)
      .join('')}`,
  });

  it('are refused with both places and a name that both take', async () => {
    const [told, ...others] = await overlaps({
      ...flow('a', 'inbox, pattern: "we-*.csv"'),
      ...flow('b', 'inbox, pattern: "*-[0-9].csv"'),
    });
    assert.deepEqual(others, []);
    assert.match(
      told!,
      /^flows\/b\.yaml:2:7 FLOW_PATTERN_OVERLAPS b and a \(flows\/a\.yaml:2:7\) both take in files of '.*in' such as 'we-1\.csv'; /,
    );
  });

  it('are refused when one has no pattern', async () => {
    const files = { ...flow('a', 'inbox'), ...flow('b', 'inbox, pattern: "b-*"') };
    assert.equal((await overlaps(files)).length, 1);
  });

  it('pass when no name fits both, or when both have one source', async () => {
    const apart = {
      ...flow('a', 'inbox, pattern: "a-*.csv"'),
      ...flow('b', 'inbox, pattern: "b-*.csv"'),
      ...flow('c', 'inbox, pattern: "*.CSV"', 'source: erp\n'),
      ...flow('d', 'inbox, pattern: "?-*.CSV"', 'source: erp\n'),
    };
    assert.deepEqual(await overlaps(apart), []);
  });

  it('are refused when one takes the markers of the other', async () => {
    const files = {
      ...flow('a', 'inbox, pattern: "a-*", ready: "{name}.done"'),
      ...flow('b', 'inbox, pattern: "*.done"'),
    };
    assert.match((await overlaps(files)).join(), /both take in files/);
    const markers = {
      ...flow('a', 'inbox, pattern: "a-*.csv", ready: "{name}.done"'),
      ...flow('b', 'inbox, pattern: "*.done"'),
    };
    assert.match((await overlaps(markers)).join(), /the marker file 'a-\.csv\.done' of the one/);
    const apart = {
      ...flow('a', 'inbox, pattern: "a-*.csv", ready: "{name}.done"'),
      ...flow('b', 'inbox, pattern: "b-*.csv", ready: "{name}.done"'),
    };
    assert.deepEqual(await overlaps(apart), []);
  });

  it('need patterns that fit something, and markers that have other names than their files', async () => {
    const said = await lint({
      ...flow('a', 'inbox, pattern: "*.tmp"'),
      ...flow('b', 'inbox, pattern: ".*"'),
      ...flow('c', 'inbox, pattern: "c*", ready: "{name}"'),
      ...flow('d', 'inbox, pattern: "d*", ready: "done"'),
    });
    assert.match(said[0]!, /^flows\/a\.yaml:2:33 CONFIG_BAD_VALUE '\*\.tmp' fits only names that/);
    assert.match(said[1]!, /^flows\/b\.yaml:2:33 CONFIG_BAD_VALUE/);
    assert.match(said[2]!, /^flows\/c\.yaml:2:\d+ CONFIG_BAD_VALUE/);
    assert.match(said[3]!, /^flows\/d\.yaml:2:\d+ CONFIG_BAD_VALUE/);
  });

  const paths: [what: string, one: string, other: string, told: RegExp | undefined][] = [
    ['two connectors with one path', 'in', 'in/../in', /both take in files/],
    ['a link to the other', 'in', 'link', /both take in files/],
    ['a link to the other, before it is there', 'link/later', 'in/later', /both take in files/],
    ['the archive of the other', 'in', 'in/archive', /in the folder 'archive' of/],
    ['a folder below the archive', 'in', 'in/archive/x', /in the folder 'archive' of/],
    ['the failed of the other', 'in/failed', 'in', /in the folder 'failed' of/],
    ['the rejected of the other', 'in', 'link/rejected', /in the folder 'rejected' of/],
    ['the claims of the other', 'in', 'in/.claimed', /in the folder '.claimed' of/],
    ['another folder inside', 'in', 'in/archives', undefined],
    ['another folder', 'in', 'other', undefined],
  ];
  for (const [what, one, other, told] of paths) {
    it(`by two connectors: ${what}`, async () => {
      const files = { ...connectors({ one, other }), ...flow('a', 'one'), ...flow('b', 'other') };
      const said = await overlaps(files);
      if (told) assert.match(said.join('\n'), told);
      else assert.deepEqual(said, []);
    });
  }

  it('knows the archive by the name that the flow gives it', async () => {
    const files = {
      ...connectors({ one: 'in', other: 'in/done' }),
      ...flow('a', 'one, archive: done'),
      ...flow('b', 'other'),
    };
    assert.match((await overlaps(files)).join('\n'), /in the folder 'done' of/);
  });
});

describe('the source of a flow', () => {
  const sourceOf = async (rest: string): Promise<string> => {
    const yaml = `flow: a\nfrom: http\nread: csv\n${rest}steps:\n  - map: { document: D, at: D, sku: S, location: L, quantity: Q }\nkey: D\nto: stock.receive.v1\n`;
    const { flows } = await load({ 'flows/a.yaml': yaml });
    const [one] = flows;
    assert.ok(one?.direction === 'inbound');
    return one.source;
  };
  it('is its name, unless it says another', async () => {
    assert.equal(await sourceOf(''), 'a');
    assert.equal(await sourceOf('source: erp-receipts\n'), 'erp-receipts');
  });
  it('is a name as flows have them, and means nothing in a flow that sends', async () => {
    const bad = await lint({
      'flows/a.yaml':
        'flow: a\nsource: "x/../y"\nfrom: stock.changed.v1\nto: { http: webshop }\nwrite: json\n',
    });
    assert.match(bad.join('\n'), /flows\/a\.yaml:2:9 CONFIG_BAD_VALUE/);
    const outbound = await lint({
      'flows/a.yaml':
        'flow: a\nsource: b\nfrom: stock.changed.v1\nto: { http: webshop }\nwrite: json\n',
    });
    assert.match(outbound.join('\n'), /'source' has no meaning in a subscription/);
  });
});
