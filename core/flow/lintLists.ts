/** Whether what fills a list of a message can be a list. */
import { nearestName } from '../errors.ts';
import type { Shape } from '../ports.ts';
import { type FaultSink, isObject, suggestion } from '../spec.ts';
import { CONST, isEach } from '../steps/mapping.ts';
import { valueAt } from './constantOrField.ts';
import type { MessageShape } from './messageShape.ts';
import type { YamlFile } from './yamlFile.ts';

const MAPPINGS: ReadonlySet<unknown> = new Set(['map', 'set', 'defaults']);

/** Fields that stand where `each` and `map` are meant would be those of an only element, which knows others. */
export function lintLists(
  { yaml, report }: { yaml: YamlFile; report: FaultSink },
  made: Shape,
  shapes: readonly MessageShape[],
): void {
  const lists = shapes.flatMap(({ lists, lines }) => [...lists, ...(lines ? [lines] : [])]);
  for (const [name, path] of made.fields) {
    const own = lists.filter((list) => list.name === name);
    // A step such as group gives it by options that are no fields.
    const value = path && MAPPINGS.has(path.at(-2)) ? valueAt(yaml.value, path) : undefined;
    if (own.length === 0 || !isObject(value) || isEach(value)) continue;
    const known = [...new Set(own.flatMap(({ names }) => [...names]))];
    for (const field of Object.keys(value)) {
      if (known.includes(field) || field === CONST) continue;
      const isOfList = field === 'each' || field === 'map';
      const lacks = field === 'each' ? 'map' : 'each';
      const isMistyped = (other: string): boolean => nearestName(other, [lacks]) !== undefined;
      if (isOfList && Object.keys(value).some(isMistyped)) continue;
      report({
        path: [...path!, field],
        onKey: true,
        code: 'FLOW_UNKNOWN_FIELD',
        message: isOfList
          ? `'${field}' stands without '${lacks}' in '${name}'`
          : `'${field}' is not a field of the ${name} of ${shapes.map(({ type }) => type).join(' or ')}`,
        todo: isOfList
          ? "a list is made by 'each', what it is made of, and 'map', what each element becomes"
          : suggestion(field, [...known, 'each', 'map']),
      });
    }
  }
}
