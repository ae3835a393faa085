import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import type { RecordValue, StageSpec, StepSpec } from '../ports.ts';
import { asText } from '../steps/asText.ts';
import { Undecided } from '../steps/Undecided.ts';

/** A stage among the steps of a flow: it is compiled as they are, and what it is to know goes on with the record. */
export interface StageStep extends StepSpec {
  stage: StageSpec;
}

export const stageStep = (stage: StageSpec): StageStep => ({
  ...stage,
  notInLists: 'it waits with records, and elements are none',
  shape: (options, before, place) => stage.shape(options, before, { awaited: [], ...place }),
  inputs: (options, place) => stage.inputs(options, place),
  make: (options, tools) => {
    const isKeyed = 'key' in stage.inputs(options, tools);
    return () => ({
      push(record, values, emit) {
        record.staged = staged(stage.name, values, isKeyed);
        emit(record);
      },
    });
  },
  stage,
});

export const isStageStep = (spec: StepSpec): spec is StageStep => 'stage' in spec;

function staged(name: string, values: RecordValue, isKeyed: boolean): RecordValue {
  for (const [input, value] of Object.entries(values)) {
    if (value instanceof Undecided) throw value.thrown(`'${input}' of ${name}`);
  }
  return isKeyed ? { ...values, key: stageKey(values.key, `the key of '${name}'`) } : values;
}

/** What records are kept under. Throws KEY_EMPTY, and for what is no name. */
export function stageKey(value: unknown, what: string): string {
  const key = identifierOf(asText(value, what), what);
  if (key === '') throw new StockbusError('KEY_EMPTY', `${what} is empty`);
  return key;
}
