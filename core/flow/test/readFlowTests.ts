import type { Fault } from '../../errors.ts';
import type { LookupTable } from '../../ports.ts';
import type { FaultSink, Path } from '../../spec.ts';
import { parseTable } from '../tables.ts';
import { YamlFile } from '../yamlFile.ts';
import { type FlowCase, flowTestField } from './testFields.ts';

/** One test of a file. */
export interface WrittenCase {
  /** Where it stands in its file. */
  path: Path;
  given: FlowCase;
}

/** A `<name>.test.yaml` as it was read. */
export interface WrittenTests {
  file: string;
  /** As it is in the file. */
  text: string;
  yaml: YamlFile;
  flow: string;
  tables: ReadonlyMap<string, LookupTable>;
  cases: readonly WrittenCase[];
}

/** Undefined after at least one fault. */
export function readFlowTests(
  file: string,
  text: string,
  faults: Fault[],
): WrittenTests | undefined {
  const yaml = new YamlFile(file, text);
  faults.push(...yaml.faults);
  if (yaml.faults.length > 0) return undefined;
  const before = faults.length;
  const report: FaultSink = ({ path, code, message, todo, onKey }) => {
    const at = yaml.placeOf(path, onKey);
    faults.push({ code, message, at, ...(todo === undefined ? {} : { todo }) });
  };
  const read = flowTestField.read(yaml.value, [], report);
  if (!read) return undefined;
  const { flow, tables, tests, ...alone } = read;
  const cases: WrittenCase[] = tests
    ? tests.map((given, index) => ({ path: ['tests', index], given }))
    : [{ path: [], given: alone }];
  if (tests) refuseBeside(yaml.value as object, report);
  for (const { path, given } of cases) checkGiven(given, path, report);
  const found = new Map<string, LookupTable>();
  for (const [name, csv] of Object.entries(tables)) {
    const wrong: Fault[] = [];
    const table = parseTable(name, file, csv, wrong);
    if (table) found.set(name, table);
    const at = yaml.placeOf(['tables', name]);
    faults.push(...wrong.map((fault) => ({ ...fault, at })));
  }
  if (faults.length > before) return undefined;
  return { file, text, yaml, flow, tables: found, cases };
}

/** What stands beside several tests would be of none of them. */
function refuseBeside(value: object, report: FaultSink): void {
  for (const name of Object.keys(value)) {
    if (['flow', 'tables', 'tests'].includes(name)) continue;
    const message = `'${name}' stands beside tests, and so belongs to none of them`;
    report({
      path: [name],
      onKey: true,
      code: 'CONFIG_BAD_VALUE',
      message,
      todo: 'move it into one',
    });
  }
}

const sources = ['input', 'payload', 'comes', 'events', 'rows'] as const;

function checkGiven(given: FlowCase, path: Path, report: FaultSink): void {
  const named = sources.filter((name) => given[name] !== undefined);
  if (named.length === 1) return;
  const message =
    named.length === 0
      ? 'the test has nothing that comes in'
      : `${named.join(' and ')} stand side by side`;
  report({ path, code: 'CONFIG_BAD_VALUE', message, todo: `give one of ${sources.join(', ')}` });
}
