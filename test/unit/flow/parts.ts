/** The components that tests of flows compile against. */
import { readdirSync, readFileSync } from 'node:fs';
import { folder } from '../../../connectors/folder.ts';
import { http } from '../../../connectors/http.ts';
import { HubAnswers } from '../../../core/answers/HubAnswers.ts';
import { csv } from '../../../core/codecs/csv.ts';
import { fixed } from '../../../core/codecs/fixed.ts';
import { json } from '../../../core/codecs/json.ts';
import { xlsx } from '../../../core/codecs/xlsx.ts';
import { xml } from '../../../core/codecs/xml.ts';
import type { HubParts } from '../../../core/flow/hubParts.ts';
import type { CodecSpec, ConnectorSpec, StepSpec } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { defaults } from '../../../core/steps/defaults.ts';
import { enrich } from '../../../core/steps/enrich.ts';
import { filter } from '../../../core/steps/filter.ts';
import { group } from '../../../core/steps/group.ts';
import { lookup } from '../../../core/steps/lookup.ts';
import { map } from '../../../core/steps/map.ts';
import { pair } from '../../../core/steps/pair.ts';
import { set } from '../../../core/steps/set.ts';
import { split } from '../../../core/steps/split.ts';
import { validate } from '../../../core/steps/validate.ts';

const schemaFolder = new URL('../../../schemas/', import.meta.url);

const schemas = Object.fromEntries(
  readdirSync(schemaFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [
      name.slice(0, -5),
      JSON.parse(readFileSync(new URL(name, schemaFolder), 'utf8')),
    ]),
);

const connectors = [folder, http] as readonly ConnectorSpec[];
const runtime = { ...systemRuntime(), now: () => Date.UTC(2026, 2, 31, 8, 30) };

export const parts: HubParts = {
  env: {},
  codecs: [csv, json, xml, fixed, xlsx] as readonly CodecSpec[],
  steps: [
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
  ] as readonly StepSpec[],
  connectors,
  answers: new HubAnswers(connectors, runtime).ports,
  schemas,
  runtime,
};
