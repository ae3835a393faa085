/** Steps as they stand in a flow, and among them those of a list that one of them maps. */
import type { NamedStep, StepSpec } from '../ports.ts';
import { type Field, isObject, type JsonSchema, list, reportUnknown } from '../spec.ts';
import { custom, nameIn, schemaOf } from './namedField.ts';

type Specs = readonly StepSpec[];

/** Where schemas/generated/flow.json has a step of a list, whose own lists may have steps in turn. */
const STEP_IN_LIST = 'stepInList';

export const stepsField = (specs: Specs, about: string): Field<NamedStep[]> =>
  list(about, stepField(specs, specs));

/** What the elements of a list go through before they are mapped. */
export function stepsInLists(specs: Specs): Field<readonly NamedStep[]> {
  const able = ableInLists(specs);
  const about = `Verbs over the elements, in order, as over records: ${namesOf(able).join(', ')}.`;
  return {
    about,
    kind: 'list of step',
    schema: {
      description: about,
      type: 'array',
      minItems: 1,
      items: { $ref: `#/definitions/${STEP_IN_LIST}` },
    },
    optional: false,
    read: (value, path, report) =>
      list(about, stepField(able, specs), { min: 1 }).read(value, path, report),
  };
}

export const stepDefinitions = (specs: Specs): JsonSchema => ({
  [STEP_IN_LIST]: stepField(ableInLists(specs), specs).schema,
});

const ableInLists = (specs: Specs): Specs =>
  specs.filter(({ notInLists }) => notInLists === undefined);

const namesOf = (specs: Specs): string[] => specs.map(({ name }) => name);

/** Of those of a name the one that is meant by its options, or else the first. */
function meant(able: Specs, name: string, options: unknown): number {
  const index = able.findIndex((one) => one.name === name && one.means?.(options));
  return index < 0 ? able.findIndex((one) => one.name === name && !one.means) : index;
}

/** `able`: those of all that may stand there. */
function stepField(able: Specs, all: Specs): Field<NamedStep> {
  const known = [...new Set(namesOf(able))];
  const inside = stepsInLists(all);
  const fields = able.map((spec) => spec.withSteps?.(inside) ?? spec.options);
  return custom({
    about: 'A step: its name, with its options.',
    kind: 'step',
    schema: { anyOf: schemaOf(able, (index) => fields[index]!.schema) },
    read(value, path, report) {
      if (!isObject(value)) {
        report({
          path,
          code: 'CONFIG_WRONG_TYPE',
          message: `${JSON.stringify(value)} is not a step with options`,
          todo: `write one of ${known.join(', ')}, with a colon`,
        });
        return undefined;
      }
      const other = all.find((one) => one.name in value && !known.includes(one.name));
      if (other) {
        report({
          path: [...path, other.name],
          onKey: true,
          code: 'CONFIG_BAD_VALUE',
          message: `'${other.name}' cannot stand among the steps of a list: ${other.notInLists}`,
          todo: `move it to the steps of the flow; here may stand ${known.join(', ')}`,
        });
        return undefined;
      }
      const name = nameIn(value, known, path, 'FLOW_UNKNOWN_STEP', 'step', report);
      if (name === undefined) return undefined;
      const isAlone = reportUnknown(value, [name], path, report, `the step ${name}`);
      const index = meant(able, name, value[name]);
      const options = fields[index]!.read(value[name], [...path, name], report);
      return options === undefined || !isAlone ? undefined : { name, spec: able[index]!, options };
    },
  });
}
