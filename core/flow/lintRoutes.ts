/** Whether each target of a flow can be reached, and makes messages of its own. */
import type { FaultSink, Path } from '../spec.ts';
import { literalOf, parseExpression, walk } from './expression/ast.ts';
import { isRoute, type ToTarget } from './targetFields.ts';

interface Unit {
  flow: { key: string | undefined; mode: 'first' | 'all' };
  yaml: { value: unknown };
  report: FaultSink;
}

/** Of targets of which the first that fits takes a record, those behind one that takes every record. */
export function lintReach({ flow, yaml, report }: Unit, routes: readonly ToTarget[]): void {
  const { mode, to } = yaml.value as { mode?: unknown; to?: unknown };
  if (mode !== undefined && !Array.isArray(to)) {
    const message =
      "'mode' says how records find their way among several targets, and there is one";
    report({ path: ['mode'], onKey: true, code: 'CONFIG_BAD_VALUE', message, todo: 'remove it' });
  }
  const seen = new Map<string, number>();
  for (const [index, { when }] of routes.entries()) {
    const path = ['to', index];
    if (when !== undefined && literalOf(astOf(when)) === false) {
      const message = 'no record ever takes this route, whose `when` is false';
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo: 'remove it' });
    }
    if (flow.mode === 'all') continue;
    if (when === undefined && index < routes.length - 1) {
      report({
        path,
        code: 'CONFIG_BAD_VALUE',
        message: 'a route without `when` takes every record, so that those after it get none',
        todo: 'move it to the end, or write `mode: all` to have all that fit',
      });
    }
    const before = when === undefined ? undefined : seen.get(when.trim());
    if (before !== undefined) {
      const message = `route ${before + 1} takes every record that this one would, so that it gets none`;
      const todo = 'remove one of them, or write `mode: all` to have both';
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo });
    } else if (when !== undefined) seen.set(when.trim(), index);
  }
}

/** Two messages with one key are one: of one record, and of the elements of one list. */
export function lintKeys({ flow, report }: Unit, targets: readonly ToTarget[]): void {
  const routes = targets.filter(isRoute);
  if (
    targets.length > 0 &&
    flow.key !== undefined &&
    routes.every(({ key }) => key !== undefined)
  ) {
    const message =
      routes.length === 0
        ? 'no target is a message, so that nothing has this key'
        : 'every target has a key of its own, so that this one is none';
    report({ path: ['key'], code: 'FLOW_BAD_KEY', message, todo: 'remove it' });
  }
  const seen = new Map<string, number>();
  for (const [index, target] of targets.entries()) {
    if (!isRoute(target)) continue;
    const { key: own, each } = target;
    const key = own ?? flow.key;
    if (key === undefined) continue;
    const path: Path = own === undefined ? ['to', index] : ['to', index, 'key'];
    const ofMade = readsMade(key);
    if (each !== undefined && !ofMade) {
      const message = 'all messages of this target have one key, and `each` makes several';
      const todo = 'tell them apart, such as & "/" & $record.line, or & "/" & $index';
      report({ path, code: 'FLOW_BAD_KEY', message, todo });
    }
    if (flow.mode !== 'all' || ofMade) continue;
    const before = seen.get(key.trim());
    if (before !== undefined) {
      const message = `this target has the key of target ${before + 1}, and a record may go to both`;
      const todo = 'give it a key of its own, such as & "/return" behind it';
      report({ path, code: 'FLOW_BAD_KEY', message, todo });
    } else seen.set(key.trim(), index);
  }
}

/** Whether a key reads what the target makes. */
function readsMade(key: string): boolean {
  const ast = astOf(key);
  if (!ast) return true;
  return Array.from(walk(ast)).some(
    ({ type, value }) => type === 'variable' && (value === 'record' || value === 'index'),
  );
}

function astOf(text: string) {
  const parsed = parseExpression(text);
  return 'ast' in parsed ? parsed.ast : undefined;
}
