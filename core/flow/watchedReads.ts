/** Shows to a watch what an expression runs over; to nobody where there is none that asks. */
import type { Expression, Scope } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import { valueAt } from './constantOrField.ts';
import type { Node } from './expression/ast.ts';
import { pathReads } from './expression/pathReads.ts';
import type { Variables } from './expression/variables.ts';
import type { FlowWatch } from './test/FlowWatch.ts';
import type { YamlFile } from './yamlFile.ts';

/** No part of a record. */
const NOT_OF_RECORDS = ['payload', 'row', 'index'];

/** `shift`: how much of the text stands before what its author wrote at that path. */
export function watchedReads(
  { yaml, watch }: { yaml: YamlFile; watch: FlowWatch | undefined },
  { ast, path, variables, shift }: { ast: Node; path: Path; variables: Variables; shift: number },
): ((scope: Scope) => void) | undefined {
  if (!watch?.reads) return undefined;
  const roots = Object.keys(variables).filter((name) => !NOT_OF_RECORDS.includes(name));
  const reads = pathReads(ast, roots);
  if (reads.length === 0) return undefined;
  const placeOf = (offset: number) =>
    offset < shift ? yaml.placeOf(path) : yaml.placeInside(path, offset - shift);
  return watch.reads({ file: yaml.file, list: listAround(yaml, path), placeOf }, reads, variables);
}

/** Evaluated after it was shown. */
export const shownBefore = (
  evaluate: Expression,
  show: ((scope: Scope) => void) | undefined,
): Expression =>
  show
    ? (scope) => {
        show(scope);
        return evaluate(scope);
      }
    : evaluate;

/** The innermost list over whose elements an expression there runs; `match` of a stage runs over messages. */
function listAround(yaml: YamlFile, path: Path): string {
  if (path.at(-1) === 'match') return path.join('/');
  for (let length = path.length - 1; length > 0; length -= 1) {
    const step = path[length];
    if (step !== 'map' && step !== 'steps' && step !== 'key') continue;
    const around = valueAt(yaml.value, path.slice(0, length));
    if (isObject(around) && 'each' in around) return path.slice(0, length).join('/');
  }
  return '';
}
