/** What of a record as it was read a field of a message is made of, as far as one look at the flow tells. */
import type { Shape } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import { valueAt } from './constantOrField.ts';
import { parseExpression } from './expression/ast.ts';
import { pathReads } from './expression/pathReads.ts';
import type { YamlFile } from './yamlFile.ts';

/** Fields by their names, and elements of lists by their places from 0: each of those that it is made of. */
export type SourceOfField = (field: string) => Path[];

/** Of records that are mapped whole: of parts and of gathered rows it gives nothing. */
export function sourceOfField(shapes: readonly Shape[], yaml: YamlFile): SourceOfField {
  const whole = shapes.filter((shape) => shape.whole && !shape.gathered);
  return (field) => {
    const [, name = '', index, inside] = FIELD.exec(field) ?? [];
    return whole.flatMap(({ fields, lists }) => {
      const own = inside === undefined ? undefined : lists.get(name)?.get(inside);
      const list = valueAt(yaml.value, fields.get(name) ?? []);
      if (isObject(list) && 'each' in list) {
        const around = readBy(list.each).map((path) => [...path, Number(index ?? 0)]);
        if (!own) return around;
        const [elements] = around;
        return elements ? readBy(valueAt(yaml.value, own), elements) : [];
      }
      const path = inside === undefined ? fields.get(name) : (own ?? fields.get(inside));
      return path ? readBy(valueAt(yaml.value, path)) : [];
    });
  };
}

const FIELD = /^(\w+)(?:\[(\d+)\])?(?:\.(\w+))?/;

/** The fields that an expression reads, those of elements behind the place of theirs. */
function readBy(expression: unknown, element: Path = []): Path[] {
  const parsed = typeof expression === 'string' ? parseExpression(expression) : undefined;
  if (!parsed || 'fault' in parsed) return [];
  const reads = pathReads(parsed.ast, ['source', 'parent']);
  const isPart = (path: readonly string[]): boolean =>
    reads.some(
      (other) =>
        other.path.length > path.length && path.every((name, at) => other.path[at] === name),
    );
  return reads
    .filter(({ path }) => !isPart(path))
    .map(({ root, path }) => (root === '' ? [...element, ...path] : [...path]));
}
