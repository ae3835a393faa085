/** Runs the tests that lie beside flows: `flows/<name>.test.yaml`. */
import { type Fault, faultOf, nearestName, type Place, StockbusError } from '../../errors.ts';
import type { Books } from '../../ports.ts';
import { type Runtime, uuidV7 } from '../../runtime.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type { CompiledFlow } from '../compiledFlow.ts';
import { configFiles, readConfigText } from '../configText.ts';
import type { LoadView } from '../hubParts.ts';
import type { LoadedHub } from '../loadHub.ts';
import { AnswersOfCase } from './AnswersOfCase.ts';
import type { CaseOutcome } from './CaseOutcome.ts';
import { compareOutcome } from './compareOutcome.ts';
import { FlowCoverage } from './FlowCoverage.ts';
import { outcomeOfCase } from './outcomeOfCase.ts';
import { readFlowTests, type WrittenCase, type WrittenTests } from './readFlowTests.ts';
import { updateTests } from './updateTests.ts';

/** What a tester takes from outside. */
export interface TesterParts {
  /** With config/ and flows/. */
  folder: string;
  runtime: Runtime;
  spool: SpoolFolder;
  /** Flows of the folder, on a runtime whose clock is that of the tests. */
  load(runtime: Runtime, view: LoadView): Promise<LoadedHub>;
  /** Books of which nothing is written yet. */
  books(): Promise<Books>;
  /** Bytes of a file, by its path from the folder. */
  payload(file: string): AsyncIterable<Uint8Array>;
}

export interface TestedCase {
  flow: string;
  about: string;
  /** Where it stands. */
  at: Place;
  /** What came otherwise than expected; none where the test passed. */
  differences: readonly { at: Place; message: string }[];
  /** Why something was parked or refused that should not be. */
  faults: readonly Fault[];
}

export interface TestRun {
  cases: readonly TestedCase[];
  /** Of flows and tests that could not be read, so that nothing ran of them. */
  faults: readonly Fault[];
  /** Flows that have no test. */
  untested: readonly string[];
  /** Files of tests as they would be if they expected what came. */
  updates: readonly { file: string; text: string }[];
  coverage: FlowCoverage;
  /** Files of the flows that were meant. */
  files: ReadonlySet<string>;
}

export class FlowTester {
  readonly #parts: TesterParts;
  readonly #coverage = new FlowCoverage();
  readonly #runtime: Runtime;
  #now: number | undefined;
  readonly #answers: AnswersOfCase;

  constructor(parts: TesterParts) {
    this.#parts = parts;
    const { runtime } = parts;
    const now = (): number => this.#now ?? runtime.now();
    this.#runtime = { ...runtime, now, newId: () => uuidV7(now()) };
    this.#answers = new AnswersOfCase(now);
  }

  /** All tests, or those of the flows that are named. Throws FLOW_UNKNOWN. */
  async run(names: readonly string[]): Promise<TestRun> {
    const faults: Fault[] = [];
    const view: LoadView = { ...this.#view(), soundOnly: true };
    const hub = await this.#parts.load(this.#runtime, view);
    const broken = hub.broken ?? [];
    const written = await this.#read(faults);
    const isMeant = (name: string): boolean => names.length === 0 || names.includes(name);
    const known = [...hub.flows.map(({ name }) => name), ...broken.map(nameOfFile)];
    for (const name of names) refuseUnknown(name, known);
    faults.push(...broken.filter((fault) => isMeant(nameOfFile(fault))));
    const cases: TestedCase[] = [];
    const updates: { file: string; text: string }[] = [];
    const tested = new Set<string>();
    for (const tests of written) {
      // By its own name too, where it says that of no flow.
      if (!isMeant(tests.flow) && !isMeant(nameOfFile({ at: tests }))) continue;
      tested.add(tests.flow);
      const flow = await this.#flowOf(tests, hub, faults);
      if (flow) await this.#runFile(tests, flow, hub, cases, updates);
    }
    const meant = hub.flows.filter(({ name }) => isMeant(name));
    return {
      ...{ cases, faults, updates, coverage: this.#coverage },
      untested: meant.filter(({ name }) => !tested.has(name)).map(({ name }) => name),
      files: new Set(meant.map(({ file }) => file)),
    };
  }

  #view(): LoadView {
    return { watch: this.#coverage, answers: this.#answers.answers };
  }

  async #read(faults: Fault[]): Promise<WrittenTests[]> {
    const { folder } = this.#parts;
    const files = await configFiles(folder, 'flows', ['.test.yaml', '.test.yml'], []);
    const all: WrittenTests[] = [];
    for (const file of files ?? []) {
      const text = await readConfigText(folder, file, faults);
      const tests = text === undefined ? undefined : readFlowTests(file, text, faults);
      if (tests) all.push(tests);
    }
    return all;
  }

  /** The flow that is tested, with the tables of its tests. */
  async #flowOf(
    tests: WrittenTests,
    hub: LoadedHub,
    faults: Fault[],
  ): Promise<CompiledFlow | undefined> {
    const { flow: name, tables, yaml } = tests;
    const plain = hub.flows.find((one) => one.name === name);
    if (!plain && hub.broken?.some((fault) => nameOfFile(fault) === name)) return undefined;
    if (!plain) {
      const names = hub.flows.map((one) => one.name);
      const near = nearestName(name, names);
      const todo = near ? { todo: `did you mean '${near}'?` } : {};
      const message = `there is no sound flow '${name}'`;
      faults.push({ code: 'FLOW_UNKNOWN', message, at: yaml.placeOf(['flow']), ...todo });
      return undefined;
    }
    if (tables.size === 0) return plain;
    const files = new Set([plain.file, ...filesBehind(plain, hub.flows)]);
    const { flows, broken = [] } = await this.#parts.load(this.#runtime, {
      soundOnly: true,
      takes: (file) => files.has(file),
      tables,
      ...this.#view(),
    });
    faults.push(...broken);
    return flows.find((one) => one.name === name);
  }

  async #runFile(
    tests: WrittenTests,
    flow: CompiledFlow,
    hub: LoadedHub,
    cases: TestedCase[],
    updates: { file: string; text: string }[],
  ): Promise<void> {
    const seen: { written: WrittenCase; outcome: CaseOutcome }[] = [];
    let differs = false;
    for (const written of tests.cases) {
      const { tested, outcome } = await this.#runCase(tests, written, flow, hub);
      cases.push(tested);
      differs ||= tested.differences.length > 0;
      if (outcome) seen.push({ written, outcome });
      this.#cover(flow, outcome);
    }
    const text = differs ? updateTests(tests.text, seen) : tests.text;
    if (text !== tests.text) updates.push({ file: tests.file, text });
  }

  async #runCase(
    { yaml, file, flow: name }: WrittenTests,
    written: WrittenCase,
    flow: CompiledFlow,
    hub: LoadedHub,
  ): Promise<{ tested: TestedCase; outcome?: CaseOutcome }> {
    const { path, given } = written;
    const { spool, books, payload } = this.#parts;
    const at = yaml.placeOf(path);
    const base = { flow: name, about: given.about, at };
    this.#now = given.now === undefined ? undefined : Date.parse(given.now);
    const answers = this.#answers.begin(given);
    try {
      const { outcome, faults } = await outcomeOfCase(flow, given, {
        ...{ hub, runtime: this.#runtime, spool, answers },
        setNow: (ms) => {
          this.#now = ms;
        },
        books: () => books(),
        payload: (input) => payload(besides(file, input)),
      });
      answers.refuseLacking();
      const found = compareOutcome(given.expect, outcome);
      const differences = found.map(({ path: inside, message }) => {
        return { at: yaml.placeOf([...path, 'expect', ...inside]), message };
      });
      const isOfFaults = found.some(
        ({ path: [section] }) => section === 'parked' || section === 'refused',
      );
      return { tested: { ...base, differences, faults: isOfFaults ? faults : [] }, outcome };
    } catch (error) {
      const { message, todo } = faultOf(error);
      const whole = todo === undefined ? message : `${message}; ${todo}`;
      return { tested: { ...base, differences: [{ at, message: whole }], faults: [] } };
    } finally {
      this.#now = undefined;
    }
  }

  #cover(flow: CompiledFlow, outcome: CaseOutcome | undefined): void {
    if (!('types' in flow)) return;
    const made = new Set(outcome?.messages?.map(({ type }) => type));
    for (const type of flow.types)
      this.#coverage.message({ file: flow.file }, type, made.has(type));
  }
}

/** Files of the flows that take over what a flow hands on. */
function filesBehind(flow: CompiledFlow, flows: readonly CompiledFlow[]): string[] {
  if (!('handsTo' in flow)) return [];
  const next = flows.filter(({ name }) => flow.handsTo.has(name));
  return next.flatMap((one) => [one.file, ...filesBehind(one, flows)]);
}

/** A file that a test names lies beside it. */
const besides = (file: string, input: string): string =>
  `${file.slice(0, file.lastIndexOf('/') + 1)}${input}`;

/** Flows are called as their files. */
const nameOfFile = ({ at }: Pick<Fault, 'at'>): string =>
  (at?.file ?? '').replace(/^.*\//, '').replace(/(\.test)?\.ya?ml$/, '');

function refuseUnknown(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearestName(name, known);
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, {
    todo: near ? `did you mean '${near}'?` : `flows: ${known.join(', ') || 'none'}`,
  });
}
