/** The only list of components: one line each. */
import { csv } from './codecs/csv.ts';
import { fixed } from './codecs/fixed.ts';
import { json } from './codecs/json.ts';
import { parquet } from './codecs/parquet.ts';
import { xlsx } from './codecs/xlsx.ts';
import { xml } from './codecs/xml.ts';
import { stageStep } from './flow/stageStep.ts';
import type { CodecSpec, StageSpec, StepSpec } from './ports.ts';
import { awaiting } from './steps/awaiting.ts';
import { defaults } from './steps/defaults.ts';
import { delay } from './steps/delay.ts';
import { enrich } from './steps/enrich.ts';
import { filter } from './steps/filter.ts';
import { group } from './steps/group.ts';
import { groupAcross } from './steps/groupAcross.ts';
import { lookup } from './steps/lookup.ts';
import { map } from './steps/map.ts';
import { pair } from './steps/pair.ts';
import { set } from './steps/set.ts';
import { split } from './steps/split.ts';
import { validate } from './steps/validate.ts';

export { brokers } from './brokerKinds.ts';
export { packings } from './codecs/packings.ts';
export { connectors } from './connectorKinds.ts';
export { schemas } from './schemaKinds.ts';
export { stores } from './storeKinds.ts';

export const codecs: readonly CodecSpec[] = [
  csv,
  json,
  xml,
  fixed as CodecSpec,
  xlsx as CodecSpec,
  parquet as CodecSpec,
];
export const stages: readonly StageSpec[] = [awaiting, groupAcross, delay];
/** Stages stand among them in flows. */
export const steps: readonly StepSpec[] = [
  filter,
  map,
  set,
  defaults,
  split,
  group,
  pair,
  lookup,
  enrich,
  validate,
  ...stages.map(stageStep),
];
