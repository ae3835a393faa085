/** Which line of a flow gave nothing where a message needs something. */
import { type Fault, formatPlace } from '../errors.ts';
import type { Shape } from '../ports.ts';
import { isObject, type Path } from '../spec.ts';
import { valueAt } from './constantOrField.ts';
import type { YamlFile } from './yamlFile.ts';

/** Faults of messages that are made of such records, with the place of what fills the field that is missing. */
export function givesNothing(
  { fields, lists }: Pick<Shape, 'fields' | 'lists'>,
  yaml: YamlFile,
): (fault: Fault) => Fault {
  return (fault) => {
    if (!GAP.test(fault.message)) return fault;
    const [name = '', inside] = (fault.at?.field ?? '').replaceAll(/\[\d+\]/g, '').split('.');
    // A record without lines is a line itself, and what stands beside lines holds for each of them.
    const own = inside === undefined ? fields.get(name) : lists.get(name)?.get(inside);
    const path = own ?? (inside === undefined ? undefined : fields.get(inside));
    if (path) {
      const gives = whatGives(path, yaml);
      return gives ? { ...fault, message: `${fault.message}: ${gives} gives nothing` } : fault;
    }
    const list = fields.get(name);
    const makes = list && whatGives(list, yaml);
    return makes ? { ...fault, message: `${fault.message} in what ${makes} gives` } : fault;
  };
}

/** As finalize.ts has them in words. */
const GAP = / (is missing|has no entry)$/;

/** Where expressions stand by the field that they fill. */
const EXPRESSIONS: ReadonlySet<unknown> = new Set(['map', 'set', 'defaults']);

const SHOWN = 60;

function whatGives(path: Path, yaml: YamlFile): string | undefined {
  const value = valueAt(yaml.value, path);
  // Steps of the list may have dropped all that it gave.
  if (isObject(value) && Array.isArray(value.steps)) return undefined;
  const whole = isObject(value) && 'each' in value ? [...path, 'each'] : path;
  const written = valueAt(yaml.value, whole);
  const place = formatPlace(yaml.placeOf(whole));
  if (typeof written !== 'string' || !whole.some((step) => EXPRESSIONS.has(step))) return place;
  const text = written.trim().replaceAll(/\s+/g, ' ');
  return `'${text.slice(0, SHOWN)}${text.length > SHOWN ? '…' : ''}' at ${place}`;
}
