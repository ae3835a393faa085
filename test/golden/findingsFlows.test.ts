/**
 * Flows that were written for payloads of others before lint knew its traps. Each is linted and run as it
 * was written: what falls into a trap is refused with that trap named, and its corrected copy, in
 * test/fixtures/findings-flows, runs. What each makes of each payload is in outcomes.json beside them.
 */
import assert from 'node:assert/strict';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { FaultList } from '../../core/errors.ts';
import type { LoadedHub } from '../../core/flow/loadHub.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { flowOutcome } from '../flowOutcome.ts';
import { describeSamples } from '../samples.ts';

const corrected = join(import.meta.dirname, '../fixtures/findings-flows');
const isFlow = (name: string): boolean => name.endsWith('.yaml');

/** By flow, by payload: what came of it, line by line. */
type Outcomes = Record<string, Record<string, { asWritten: string[]; corrected?: string[] }>>;
const outcomes = JSON.parse(readFileSync(join(corrected, 'outcomes.json'), 'utf8')) as Outcomes;

/** What lint says of flows that it does not let pass as they are, or tells of. */
const lintSays: Record<string, string[]> = {
  'd365-onhand': ['FLOW_CLOCK_IN_DOCUMENT flows/d365-onhand.yaml:18:11'],
  'd365-reserve': ['FLOW_CLOCK_IN_DOCUMENT flows/d365-reserve.yaml:8:11'],
  'magento-stock': ['FLOW_CLOCK_IN_DOCUMENT flows/magento-stock.yaml:9:11'],
  'woo-refunds': ['FLOW_MISSING_FIELD flows/woo-refunds.yaml:7:5'],
};

/** Payloads in the first of these folders that has them. */
async function outcomeOf(
  hub: LoadedHub,
  name: string,
  folders: string[],
  file: string,
): Promise<string[]> {
  const folder = folders.find((one) => existsSync(join(one, file)));
  assert.ok(folder !== undefined, file);
  const chunks = createReadStream(join(folder, file));
  return flowOutcome(hub, name, { name: basename(file), chunks });
}

describeSamples('flows of the findings', '../findings/flows', (originals) => {
  const samples = join(originals, '../../samples');
  const names = readdirSync(originals)
    .filter(isFlow)
    .map((file) => basename(file, '.yaml'));
  const correctedNames = readdirSync(corrected)
    .filter(isFlow)
    .map((file) => basename(file, '.yaml'));
  const folders: string[] = [];

  /** The flows as they were written, or as they were corrected where there is such a copy. */
  async function folderOf(
    take: readonly string[],
    from: (name: string) => string,
  ): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'stockbus-flows-'));
    folders.push(folder);
    await mkdir(join(folder, 'flows'));
    await cp(join(originals, 'config'), join(folder, 'config'), { recursive: true });
    const connectors = ['in', 'out'].map((name) => `  ${name}: { folder: { path: ${name} } }\n`);
    await writeFile(join(folder, 'config/hub.yaml'), `connectors:\n${connectors.join('')}`);
    for (const name of take)
      await cp(join(from(name), `${name}.yaml`), join(folder, 'flows', `${name}.yaml`));
    return folder;
  }

  const load = async (take: readonly string[], from: (name: string) => string) =>
    loadFolder(await folderOf(take, from), {});

  const loaded = new Map<string, Promise<LoadedHub>>();
  /** One flow, loaded once for all its payloads. */
  function hubOf(name: string, from: string): Promise<LoadedHub> {
    const known = loaded.get(from + name) ?? load([name], () => from);
    loaded.set(from + name, known);
    return known;
  }

  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  it('are 23', () => assert.equal(names.length, 23));

  for (const name of names) {
    it(`${name} is linted as it was written`, async () => {
      const said = await load([name], () => originals).then(
        ({ hints }) => hints,
        (error: FaultList) => error.faults,
      );
      assert.deepEqual(
        said.map(({ code, at }) => `${code} ${at?.file}:${at?.line}:${at?.column}`),
        lintSays[name] ?? [],
      );
    });
  }

  it('all pass lint together, those corrected that must be', async () => {
    const hub = await load(names, (name) =>
      correctedNames.includes(name) ? corrected : originals,
    );
    assert.equal(hub.flows.length, 23);
  });

  for (const [name, files] of Object.entries(outcomes)) {
    for (const [file, outcome] of Object.entries(files)) {
      it(`${name} makes of ${basename(file)} what it should`, async () => {
        const isRefused = lintSays[name]?.some((line) => line.startsWith('FLOW_MISSING')) ?? false;
        if (!isRefused) {
          const written = await hubOf(name, originals);
          assert.deepEqual(
            await outcomeOf(written, name, [samples, corrected], file),
            outcome.asWritten,
          );
        }
        if (!correctedNames.includes(name)) return;
        const hub = await hubOf(name, corrected);
        const expected = outcome.corrected ?? outcome.asWritten;
        assert.deepEqual(await outcomeOf(hub, name, [samples, corrected], file), expected);
      }).timeout(20_000);
    }
  }
});
