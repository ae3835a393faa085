/** Fragments: config/fragments/<name>.yaml, functions that several flows use. */
import { basename } from 'node:path';
import type { Fault } from '../errors.ts';
import {
  choice,
  expression,
  type FaultSink,
  namedValues,
  optional,
  record,
  text,
} from '../spec.ts';
import { isClock } from './ClockFields.ts';
import { configFiles, readConfigText } from './configText.ts';
import { type Node, walk } from './expression/ast.ts';
import type { ExpressionFault } from './expression/checkExpression.ts';
import { compileExpression } from './expression/compileExpression.ts';
import type { FunctionContext } from './expression/functions.ts';
import type { Variables } from './expression/variables.ts';
import { nameOfFile } from './nameOfFile.ts';
import { OwnFunctions, written } from './OwnFunctions.ts';
import type { Fragment } from './usedFragments.ts';
import { YamlFile } from './yamlFile.ts';

/** The grammar of a fragment. */
export const fragmentField = record('A fragment.', {
  fragment: optional(
    text('Name of the fragment: that of its file without `.yaml`, also when left out.'),
  ),
  about: optional(text('What it is for, in a sentence.'), ''),
  parameters: optional(
    namedValues(
      'What each flow says that uses it, read as `$name`.',
      choice('What it may be: a text, a number, or the name of a table.', [
        'text',
        'number',
        'table',
      ]),
    ),
    {},
  ),
  functions: namedValues('Functions, as those of a flow.', expression('What the function gives.')),
});

/** All that can be read, by their names; faults of each are told once, whoever uses it. */
export async function loadFragments(
  folder: string,
  context: FunctionContext,
  faults: Fault[],
): Promise<Map<string, Fragment>> {
  const fragments = new Map<string, Fragment>();
  const files = await configFiles(folder, 'config/fragments', ['.yaml', '.yml'], faults);
  for (const file of files ?? []) {
    const source = await readConfigText(folder, file, faults);
    const name = nameOfFile(file);
    // One that cannot be read is there all the same: who uses it is not wrong.
    fragments.set(name, { isRead: false, parameters: {}, functions: {} });
    if (source === undefined) continue;
    const yaml = new YamlFile(file, source);
    faults.push(...yaml.faults);
    const fragment = yaml.faults.length > 0 ? undefined : readFragment(yaml, name, context, faults);
    if (fragment) fragments.set(name, fragment);
  }
  return fragments;
}

export function readFragment(
  yaml: YamlFile,
  name: string,
  context: FunctionContext,
  faults: Fault[],
): Fragment | undefined {
  const report: FaultSink = ({ path, code, message, todo, onKey }) => {
    const at = yaml.placeOf(path, onKey);
    faults.push({ code, message, at, ...(todo === undefined ? {} : { todo }) });
  };
  const read = fragmentField.read(yaml.value, [], report);
  if (!read) return undefined;
  if (read.fragment !== undefined && read.fragment !== name) {
    const message = `the fragment is called '${read.fragment}' and its file '${basename(yaml.file)}'`;
    const todo = `write 'fragment: ${name}', or rename the file`;
    report({ path: ['fragment'], code: 'CONFIG_BAD_VALUE', message, todo });
  }
  const { parameters } = read;
  const given: Variables = Object.fromEntries(
    Object.keys(parameters).map((one) => [one, () => undefined]),
  );
  const functions = new OwnFunctions();
  functions.declareAll(read.functions, {
    report,
    expression: (body, path, variables) => {
      const found = ({ offset, ...fault }: ExpressionFault) =>
        faults.push({ ...fault, at: yaml.placeInside(path, Math.max(0, offset - whole.shift)) });
      const whole = functions.around(body);
      const all = { ...given, ...variables };
      const compiled = compileExpression(whole.text, all, context, found);
      if (!compiled) return undefined;
      const ast = written(compiled.ast, whole);
      for (const fault of clockFaults(ast, whole.shift)) found(fault);
      return { ...compiled, ast };
    },
  });
  return { isRead: true, parameters, functions: read.functions };
}

/** Whoever uses it may take what it gives for a key: no function of a fragment reads the clock. */
function clockFaults(ast: Node, shift: number): ExpressionFault[] {
  const clocks = Array.from(walk(ast)).filter(isClock);
  return clocks.map(({ position = 0 }) => ({
    code: 'FLOW_CHANGES_ON_REPLAY',
    message: 'a function of a fragment reads the clock, which gives another time at every replay',
    todo: 'let the function take the time that it needs',
    offset: Math.max(0, position + shift - 1),
  }));
}
