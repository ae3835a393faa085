/** Whether targets that take one mapped record can take it together. */
import type { Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { CONST } from '../steps/mapping.ts';
import type { MessageShape } from './messageShape.ts';
import { isRoute, type ToTarget } from './targetFields.ts';

interface Target {
  shape: MessageShape;
  /** Its place in the list. */
  index: number;
  /** It takes every record. */
  isAlways: boolean;
}

/**
 * A field that one target needs, or that is a constant, is there in every record that comes so far: a
 * target that does not know it parks them all. `made` is what the last step leaves.
 */
export function lintShared(
  made: Shape,
  { targets: all, mode }: { targets: readonly ToTarget[]; mode: 'first' | 'all' },
  shapeOf: (type: string) => MessageShape,
  report: FaultSink,
): void {
  if (made.others !== 'none') return;
  const targets = all.flatMap((one, index): Target[] =>
    isRoute(one) && one.each === undefined && one.map === undefined
      ? [{ shape: shapeOf(one.type), index, isAlways: one.when === undefined }]
      : [],
  );
  if (new Set(targets.map(({ shape }) => shape.type)).size < 2) return;
  for (const [name, path = made.madeAt] of made.fields) {
    const lacking = targets.find(
      (target) =>
        !knows(target.shape, name) && targets.some((one) => needs(one, name, path, target, mode)),
    );
    if (!lacking) continue;
    const { shape, index } = lacking;
    const knowing = targets.find((one) => knows(one.shape, name))?.shape.type;
    report({
      path,
      onKey: true,
      code: 'FLOW_UNKNOWN_FIELD',
      message: `'${name}' is not a field of ${shape.type}, and target ${index + 1} takes the same record${knowing === undefined ? '' : ` as ${knowing}`}: it would park every one`,
      todo: 'give each of the targets a map of its own',
    });
  }
}

/** Whether a record that comes to `other` has the field because of this target. */
function needs(
  { shape, isAlways }: Target,
  name: string,
  path: Path,
  other: Target,
  mode: 'first' | 'all',
): boolean {
  if (!knows(shape, name)) return false;
  if (path.at(-2) === CONST) return true;
  if (mode !== 'all' || !isAlways) return false;
  if (other.isAlways) return true;
  return shape.documentRequired.includes(name) || (shape.lines?.required.includes(name) ?? false);
}

const knows = (shape: MessageShape, name: string): boolean =>
  shape.documentNames.has(name) ||
  (shape.lines?.names.has(name) ?? false) ||
  name === shape.lines?.name ||
  shape.lists.some((list) => list.name === name);
