/** From a folder with config/ and flows/ to compiled flows, or to all that is wrong with them. */
import { type Fault, FaultList, isHint } from '../errors.ts';
import { checkOverlaps } from './checkOverlaps.ts';
import { type CommandCheck, commandCheck } from './commandCheck.ts';
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
  /** What is told of flows that run all the same, by file and place. */
  hints: Fault[];
  /** What is wrong with flows that were left out, where only sound ones were asked for. */
  broken?: readonly Fault[];
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
  const compiled: CompiledFlow[] = [];
  const files = new Map<string, string>();
  const { soundOnly, takes } = parts.view ?? {};
  const ofFlows: Fault[] = soundOnly ? [] : faults;
  const paths = await flowFiles(folder, ofFlows);
  const taken = paths.filter((file) => !takes || takes(file));
  for (const yaml of inGivingOrder(await readFlows(folder, taken, ofFlows))) {
    checkUnique(yaml, files, ofFlows);
    // Without a config every connector would be unknown: that says nothing about the flow.
    const found: Fault[] = [];
    const flow = compileFlow(yaml, context, found);
    ofFlows.push(
      ...(config ? found : found.filter((fault) => fault.code !== 'FLOW_UNKNOWN_CONNECTOR')),
    );
    if (flow) compiled.push(flow);
  }
  const flows = linkFlows(compiled, paths.map(nameOfFlowFile), ofFlows);
  if (config) checkOverlaps(flows, ofFlows);
  if (!takes) linkAwaits(flows, [...files.keys()], ofFlows);
  if (!config || !faults.every(isHint)) throw new FaultList(inOrder(faults));
  const hints = inOrder([...new Set([...faults, ...ofFlows])].filter(isHint));
  const loaded = { config, flows, checkCommand: commandCheck(context), hints };
  if (!soundOnly) return loaded;
  return { ...loaded, broken: inOrder(ofFlows.filter((fault) => !isHint(fault))) };
}

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

function checkUnique(yaml: YamlFile, files: Map<string, string>, faults: Fault[]): void {
  const { flow: name } = (withName(yaml) ?? {}) as { flow?: unknown };
  if (typeof name !== 'string') return;
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
