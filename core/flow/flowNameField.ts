/** The names of other flows, where one hands records to another. */
import { type Field, isObject, reportUnknown } from '../spec.ts';
import { custom } from './namedField.ts';

/** A flow that takes records over. */
export interface FlowEnd {
  form: 'flow';
  flow: string;
}

/** Flows that hand their records over. */
export interface FlowsEnd {
  form: 'flow';
  flows: string[];
}

const nameSchema = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' };

const schemaWith = (flow: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['flow'],
  properties: { flow },
});

/** `{ flow: NAME }` */
export const toFlowField: Field<FlowEnd> = custom({
  about: 'Another flow.',
  kind: 'flow',
  schema: schemaWith({
    ...nameSchema,
    description: 'A flow that takes what this one hands to it.',
  }),
  read(value, path, report) {
    const flow = isObject(value) ? value.flow : undefined;
    if (isObject(value) && !reportUnknown(value, ['flow'], path, report)) return undefined;
    if (typeof flow === 'string') return { form: 'flow', flow };
    const message = `${JSON.stringify(flow)} is not the name of a flow`;
    report({ path, code: 'CONFIG_WRONG_TYPE', message, todo: 'write { flow: NAME }' });
    return undefined;
  },
});

/** `{ flow: NAME }`, or `{ flow: [NAME, NAME] }` */
export const fromFlowField: Field<FlowsEnd> = custom({
  about: 'Other flows.',
  kind: 'flows',
  schema: schemaWith({
    anyOf: [nameSchema, { type: 'array', minItems: 1, items: nameSchema }],
    description: 'Flows that hand their records to this one.',
  }),
  read(value, path, report) {
    const given = isObject(value) ? value.flow : undefined;
    if (isObject(value) && !reportUnknown(value, ['flow'], path, report)) return undefined;
    const flows: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (flows.length > 0 && flows.every((one) => typeof one === 'string'))
      return { form: 'flow', flows: [...new Set(flows)] };
    const message = `${JSON.stringify(given)} are no names of flows`;
    const todo = 'write { flow: NAME }, or { flow: [NAME, NAME] }';
    report({ path, code: 'CONFIG_WRONG_TYPE', message, todo });
    return undefined;
  },
});
