/** From a folder with config/ and flows/ to compiled flows, or to all that is wrong with them. */
import { type Fault, FaultList, isHint } from '../errors.ts';
import { checkOverlaps } from './checkOverlaps.ts';
import { type CommandCheck, commandCheck } from './commandCheck.ts';
import { type CommandForms, commandForms } from './commandForms.ts';
import type { CompiledFlow } from './compiledFlow.ts';
import { compileFlow } from './compileFlow.ts';
import { configFiles, readConfigText } from './configText.ts';
import { DateBounds } from './DateBounds.ts';
import type { CompileContext } from './flowUnit.ts';
import { loadFragments } from './fragments.ts';
import type { HubConfig } from './hubConfig.ts';
import type { HubParts } from './hubParts.ts';
import { inGivingOrder } from './inGivingOrder.ts';
import { linkAwaits } from './linkAwaits.ts';
import { linkFlows } from './linkFlows.ts';
import { loadConfig } from './loadConfig.ts';
import { type FlowMake, type LeftOutFlow, makesOf } from './loadedFlow.ts';
import { messageSchemas } from './messageSchemas.ts';
import { isCommandType, messageShape } from './messageShape.ts';
import { withName } from './nameOfFile.ts';
import { Turns } from './Turns.ts';
import { loadTables, type Tables } from './tables.ts';
import { type UnitTable, unitTable } from './unitTable.ts';
import type { Fragment } from './usedFragments.ts';
import { YamlFile } from './yamlFile.ts';

export interface LoadedHub {
  config: HubConfig;
  flows: CompiledFlow[];
  /** What commands that come from the broker are held against. */
  checkCommand: CommandCheck;
  /** What of commands that come as they are makes canonical data. */
  forms: CommandForms;
  /** What is told of flows that run all the same, by file and place. */
  hints: Fault[];
  /** What each flow was made of, by name. */
  makes: ReadonlyMap<string, FlowMake>;
  /** What is wrong with flows that were left out, where only sound ones were asked for. */
  broken?: readonly Fault[];
  /** Those, where only sound ones were asked for. */
  leftOut: readonly LeftOutFlow[];
}

/** Throws a FaultList with every fault of every file. */
export async function loadHub(folder: string, parts: HubParts): Promise<LoadedHub> {
  const faults: Fault[] = [];
  const read = await loadConfig(folder, parts.env, parts.connectors, faults);
  const tables = await loadTables(folder);
  faults.push(...tables.faults);
  for (const [name, table] of parts.view?.tables ?? []) tables.tables.set(name, table);
  const uom = tables.tables.get('uom');
  const units = unitTable(uom?.columns.length ? uom : undefined, (message, todo) => {
    const at = { file: 'config/tables/uom.csv', line: 1, column: 1 };
    faults.push({ code: 'TABLE_BAD', message, todo, at });
  });
  const config = read && { ...read, stock: { ...read.stock, units: units.precisions } };
  const fragments = new Map<string, Fragment>();
  const context = { ...compileContext(parts, config, tables, units), fragments };
  for (const [name, fragment] of await loadFragments(folder, context, faults))
    fragments.set(name, fragment);
  const { soundOnly, takes } = parts.view ?? {};
  const ofFlows: Fault[] = soundOnly ? [] : faults;
  const paths = await flowFiles(folder, ofFlows);
  const taken = paths.filter((file) => !takes || takes(file));
  const files = inGivingOrder(await readFlows(folder, taken, ofFlows));
  const linked = { context, files, paths, isWhole: takes === undefined, hasConfig: !!config };
  // Who watches is shown each step once.
  const drops = soundOnly && !parts.view?.watch;
  const { flows, faults: found } = drops ? soundFlows(linked) : compileFlows(linked, files);
  ofFlows.push(...found);
  if (!config || !faults.every(isHint)) throw new FaultList(inOrder(faults));
  const hints = inOrder([...new Set([...faults, ...ofFlows])].filter(isHint));
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const makes = makesOf(flows, { texts, fragments, tables: tables.digests, config });
  const leftOut = soundOnly ? leftOutOf(taken, files, flows, ofFlows) : [];
  const checks = { checkCommand: commandCheck(context), forms: commandForms(context) };
  const loaded = { config, flows, makes, leftOut, ...checks, hints };
  if (!soundOnly) return loaded;
  return { ...loaded, broken: inOrder(ofFlows.filter((fault) => !isHint(fault))) };
}

interface FlowsToCompile {
  context: CompileContext;
  /** Those that can be read, givers first. */
  files: readonly YamlFile[];
  /** Of all that there are. */
  paths: readonly string[];
  /** None of them was passed over on purpose. */
  isWhole: boolean;
  hasConfig: boolean;
}

interface CompiledFlows {
  flows: CompiledFlow[];
  faults: Fault[];
}

function compileFlows(
  { context, paths, isWhole, hasConfig, ...all }: FlowsToCompile,
  files: readonly YamlFile[],
): CompiledFlows {
  const faults: Fault[] = [];
  const compiled: CompiledFlow[] = [];
  const taken = new Map<string, string>();
  const fresh = { ...context, handed: new Map(), awaited: new Map() };
  const isRead = new Set(all.files.map(({ file }) => file));
  const unread = paths.filter((path) => !isRead.has(path)).map(nameOfFlowFile);
  for (const yaml of files) {
    checkUnique(yaml, taken, faults);
    // Without a config every connector would be unknown: that says nothing about the flow.
    const found: Fault[] = [];
    const flow = compileFlow(yaml, fresh, found);
    faults.push(...found.filter(({ code }) => hasConfig || code !== 'FLOW_UNKNOWN_CONNECTOR'));
    if (flow) compiled.push(flow);
  }
  const flows = linkFlows(compiled, paths.map(nameOfFlowFile), faults);
  if (hasConfig) checkOverlaps(flows, faults);
  if (isWhole) linkAwaits(flows, [...all.files.flatMap(nameOfFlow), ...unread], faults);
  return { flows, faults };
}

/** Without those of which something is wrong, and what is wrong with the others then: so none is linked with one of them. */
function soundFlows(all: FlowsToCompile): CompiledFlows {
  const told: Fault[] = [];
  let files = all.files;
  for (;;) {
    const { flows, faults } = compileFlows(all, files);
    const broken = new Set(faults.filter((fault) => !isHint(fault)).map(({ at }) => at?.file));
    const sound = files.filter(({ file }) => !broken.has(file));
    if (sound.length === files.length) return { flows, faults: [...told, ...faults] };
    told.push(...faults.filter((fault) => !isHint(fault)));
    files = sound;
  }
}

/** Each with its faults, or because one to which it hands on has some. */
function leftOutOf(
  paths: readonly string[],
  files: readonly YamlFile[],
  flows: readonly CompiledFlow[],
  faults: readonly Fault[],
): LeftOutFlow[] {
  const running = new Set(flows.map(({ file }) => file));
  return paths
    .filter((path) => !running.has(path))
    .map((file) => {
      const yaml = files.find((one) => one.file === file);
      const [name = nameOfFlowFile(file)] = yaml ? nameOfFlow(yaml) : [];
      const own = faults.filter((fault) => !isHint(fault) && fault.at?.file === file);
      return { name, file, faults: own.length > 0 ? own : [behindBroken(name, file)] };
    });
}

const behindBroken = (name: string, file: string): Fault => ({
  code: 'FLOW_UNKNOWN_FLOW',
  message: `a flow to which '${name}' hands on is left out`,
  todo: 'correct that one',
  at: { file, line: 1, column: 1 },
});

/** Those that can be read as YAML. */
async function readFlows(
  folder: string,
  paths: readonly string[],
  faults: Fault[],
): Promise<YamlFile[]> {
  const read: YamlFile[] = [];
  for (const file of paths) {
    const text = await readConfigText(folder, file, faults);
    if (text === undefined) continue;
    const yaml = new YamlFile(file, text);
    faults.push(...yaml.faults);
    if (yaml.faults.length === 0) read.push(yaml);
  }
  return read;
}

const nameOfFlowFile = (file: string): string => file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');

/** Without a configuration nothing runs. */
const anyDate = { from: '0001-01-01', to: undefined, future: 'tell' } as const;

function compileContext(
  parts: HubParts,
  config: HubConfig | undefined,
  { tables }: Tables,
  units: UnitTable,
): Omit<CompileContext, 'fragments'> {
  const types = Object.keys(parts.schemas).filter((type) => isCommandType(type, parts.schemas));
  const { zone = 'UTC', currency, dates = anyDate, costs = 'tell' } = config?.stock ?? {};
  const now = (): number => parts.runtime.now();
  return {
    parts,
    connectors: config?.connectors ?? {},
    tables,
    units,
    zone,
    checks: {
      dates: new DateBounds(dates, zone, now),
      units: units.precisions,
      tellsCosts: costs === 'tell',
      currency,
    },
    ajv: messageSchemas(parts.schemas),
    now,
    turns: new Turns(parts.runtime),
    handed: new Map(),
    awaited: new Map(),
    shapes: new Map(types.map((type) => [type, messageShape(type as never, parts.schemas[type]!)])),
  };
}

/** `<name>.yaml` of flows/, without the tests beside them. */
async function flowFiles(folder: string, faults: Fault[]): Promise<string[]> {
  const ends = ['.yaml', '.yml'];
  const files = await configFiles(folder, 'flows', ends, faults);
  if (files) return files.filter((name) => !/\.test\.ya?ml$/.test(name));
  faults.push({
    code: 'CONFIG_UNREADABLE',
    message: 'there is no folder flows/ beside config/',
    todo: 'Make it, with a flow inside.',
    at: { file: 'flows', line: 1, column: 1 },
  });
  return [];
}

/** What it calls itself; nothing where that cannot be told. */
function nameOfFlow(yaml: YamlFile): string[] {
  const { flow: name } = (withName(yaml) ?? {}) as { flow?: unknown };
  return typeof name === 'string' ? [name] : [];
}

function checkUnique(yaml: YamlFile, files: Map<string, string>, faults: Fault[]): void {
  const [name] = nameOfFlow(yaml);
  if (name === undefined) return;
  const other = files.get(name);
  if (other !== undefined) {
    faults.push({
      code: 'FLOW_DUPLICATE_NAME',
      message: `'${name}' is the name of the flow in ${other} too`,
      at: yaml.placeOf(['flow']),
    });
  }
  files.set(name, other ?? yaml.file);
}

/** By file and place, as a compiler prints them. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const place = (fault: Fault) =>
    [fault.at?.file ?? '', fault.at?.line ?? 0, fault.at?.column ?? 0] as const;
  return faults.toSorted((left, right) => {
    const [fileA, lineA, columnA] = place(left);
    const [fileB, lineB, columnB] = place(right);
    return fileA === fileB ? lineA - lineB || columnA - columnB : fileA < fileB ? -1 : 1;
  });
}
