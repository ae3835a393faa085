/** What the samples of flows show of them before anything comes: the payloads of their tests. */
import { type Fault, formatFault, type Place } from '../../errors.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type { CompiledFlow, InboundFlow } from '../compiledFlow.ts';
import { configFiles, readConfigText } from '../configText.ts';
import type { ReadField } from '../FieldWatch.ts';
import type { LoadView } from '../hubParts.ts';
import type { LoadedHub } from '../loadHub.ts';
import { nearOf } from '../neverSeen.ts';
import { YamlFile } from '../yamlFile.ts';
import type { AnswersOfCase } from './AnswersOfCase.ts';
import { readFlowTests, type WrittenCase, type WrittenTests } from './readFlowTests.ts';
import { type RanSample, runSample, type SeenOfFlow } from './runSample.ts';
import type { SampleClock } from './SampleClock.ts';
import type { SampleWatch } from './SampleWatch.ts';

export interface SampleParts {
  /** With config/ and flows/. */
  folder: string;
  spool: SpoolFolder;
  clock: SampleClock;
  /** All flows, compiled under `coverage` on the runtime of `clock`. */
  flows: readonly CompiledFlow[];
  coverage: SampleWatch;
  /** By which those flows are answered: no lint asks the world. */
  answers: AnswersOfCase;
  /** Flows of the folder once more, on that runtime. */
  load(view: LoadView): Promise<LoadedHub>;
  /** Bytes of a file, by its path from the folder. */
  payload(file: string): AsyncIterable<Uint8Array>;
}

/** Faults of one sample that are told. */
const FAULTS_SHOWN = 3;

/** Hints alone: a flow may be right, and its samples not. Those that a flow allows are left out. */
export async function lintSamples(parts: SampleParts): Promise<Fault[]> {
  const { folder, clock, coverage } = parts;
  const files = await configFiles(folder, 'flows', ['.test.yaml', '.test.yml'], []);
  const samples = new Map<string, FlowSamples>();
  /** What samples of other flows show of a flow besides. */
  const byTheWay: (SeenOfFlow & { flow: string })[] = [];
  for (const file of files ?? []) {
    const text = await readConfigText(folder, file, []);
    const tests = text === undefined ? undefined : readFlowTests(file, text, []);
    const flow = tests && (await flowOf(tests, parts));
    if (!tests || flow?.direction !== 'inbound') continue;
    const own = samples.get(flow.name) ?? new FlowSamples(flow);
    samples.set(flow.name, own);
    for (const written of tests.cases) {
      const { now: said } = written.given;
      clock.now = said === undefined ? undefined : Date.parse(said);
      parts.answers.begin(written.given);
      const ran = await runSample(flow, tests, written, parts);
      if (ran) own.add(tests, written, ran);
      else own.leaveOpen();
      if (ran) byTheWay.push(...ran.others);
    }
    clock.now = undefined;
  }
  for (const { flow, ...seen } of byTheWay) samples.get(flow)?.addSeen(seen);
  const told = [...samples.values()].map((one) => one.told(folder, coverage));
  return distinct((await Promise.all(told)).flat());
}

/** Several samples may show the same. */
function distinct(hints: readonly Fault[]): Fault[] {
  return [...new Map(hints.map((hint) => [formatFault(hint), hint])).values()];
}

/** The flow that is tested, with the tables of its tests. */
async function flowOf(
  { flow: name, tables }: WrittenTests,
  { flows, load, coverage: watch, answers }: SampleParts,
): Promise<CompiledFlow | undefined> {
  const plain = flows.find((one) => one.name === name);
  if (!plain || tables.size === 0) return plain;
  const takes = (file: string): boolean => file === plain.file;
  const view = { soundOnly: true, takes, tables, watch, answers: answers.answers } as const;
  return (await load(view)).flows[0];
}

/** All samples of one flow: what one of them has, the others may lack. */
class FlowSamples {
  readonly #flow: InboundFlow;
  readonly #hints: Fault[] = [];
  /** Samples that could be read to their end. */
  #whole = 0;
  /** Samples of which something was made. */
  #made = 0;
  #isOpen = false;
  readonly #neverSeen = new Map<string, { field: ReadField; count: number }>();
  #twice: string | undefined;

  constructor(flow: InboundFlow) {
    this.#flow = flow;
  }

  /** One of them says what only its test can see: what the others lack is nothing to be told. */
  leaveOpen(): void {
    this.#isOpen = true;
  }

  add({ yaml }: WrittenTests, { path, given }: WrittenCase, ran: RanSample): void {
    const name = given.input ?? 'the payload';
    const at = yaml.placeOf(path);
    this.#addParked(given.expect, ran, name, at);
    this.#addKeys(ran, name);
    if (!ran.refused) this.#whole += 1;
    this.addSeen(ran);
  }

  addSeen({ hasMade, neverSeen }: SeenOfFlow): void {
    if (!hasMade) return;
    this.#made += 1;
    for (const field of neverSeen) {
      const key = `${field.name} ${field.at.line}:${field.at.column}`;
      const known = this.#neverSeen.get(key) ?? { field, count: 0 };
      this.#neverSeen.set(key, { field, count: known.count + 1 });
    }
  }

  #addParked(
    expect: WrittenCase['given']['expect'],
    { parked, refused }: RanSample,
    name: string,
    at: Place,
  ): void {
    const code = 'FLOW_SAMPLE_PARKED';
    const say = (what: string, fault: Fault): void => {
      const { todo, ...rest } = fault;
      const said = formatFault({ ...rest, at: {}, todo: '' })
        .trim()
        .replace(/;$/, '');
      this.#hints.push({ code, message: `${what}: ${said}`, at, ...(todo ? { todo } : {}) });
    };
    if (refused && expect?.refused === undefined) say(`${name} is refused`, refused);
    const expected = new Set(
      (expect?.parked ?? []).map((one) => (one as { record?: unknown } | null)?.record),
    );
    // Of a payload that is meant to be refused something is wrong.
    const others =
      expect?.refused === undefined ? parked.filter(({ record }) => !expected.has(record)) : [];
    for (const { record, faults, payload = name } of others.slice(0, FAULTS_SHOWN))
      if (faults[0]) say(`record ${record} of ${payload} is parked`, faults[0]);
  }

  #addKeys({ keys }: RanSample, name: string): void {
    const first = new Map<string, number>();
    for (const { id, record } of keys) {
      const before = first.get(id);
      if (before !== undefined)
        this.#twice ??= `records ${before} and ${record} of ${name} have one key, '${id}'`;
      first.set(id, before ?? record);
    }
  }

  async told(folder: string, coverage: SampleWatch): Promise<Fault[]> {
    const { file, allow } = this.#flow;
    const hints = [...this.#hints];
    if (this.#twice !== undefined) {
      const text = await readConfigText(folder, file, []);
      const at = new YamlFile(file, text ?? '').placeOf(['key']);
      hints.push({ code: 'FLOW_KEY_NOT_UNIQUE', message: this.#twice, at });
    }
    const told = new Set<string>();
    for (const { field, count } of this.#neverSeen.values()) {
      if (this.#isOpen || count < this.#made) continue;
      told.add(field.name);
      const message = `no record of its samples has ${field.name}`;
      const [near] = nearOf(field);
      const todo = near === undefined ? {} : { todo: `did you mean ${near}?` };
      hints.push({ code: 'FIELD_NEVER_SEEN', message, at: field.at, ...todo });
    }
    if (!this.#isOpen)
      hints.push(...coverage.paths.hints(file, (path) => path.length === 1 && told.has(path[0]!)));
    const points = this.#isOpen || this.#whole === 0 ? [] : coverage.points((one) => one === file);
    for (const { at, unreached, isReached, ofTests } of points) {
      if (isReached || ofTests || /is never false$|^no \S+ is made$/.test(unreached)) continue;
      hints.push({ code: 'FLOW_UNREACHED', message: `in its samples ${unreached}`, at });
    }
    return hints.filter(({ code }) => !allow.includes(code));
  }
}
