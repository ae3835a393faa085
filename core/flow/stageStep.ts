import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import type { FlowRecord, RecordValue, StageSpec, StepSpec } from '../ports.ts';
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
    const { seesFaults = false } = stage;
    return () => ({
      seesFaults,
      push(record, values, emit) {
        if (!record.faults) record.staged = staged(stage.name, values, isKeyed);
        else if (!record.torn) stageFaulty(record, () => staged(stage.name, values, isKeyed));
        emit(record);
      },
    });
  },
  stage,
});

export const isStageStep = (spec: StepSpec): spec is StageStep => 'stage' in spec;

/** One of which nobody can tell where it belongs is parked for itself. */
function stageFaulty(record: FlowRecord, stagedOf: () => RecordValue): void {
  try {
    record.staged = stagedOf();
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
  }
}

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
