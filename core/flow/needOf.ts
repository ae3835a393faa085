/** Who answers what a step must know. */
import type { Asking, StepNeed } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import type { HubConfig } from './hubConfig.ts';
import type { HubParts } from './hubParts.ts';
import { reportConnector } from './reportConnector.ts';
import type { RunningStep } from './runSteps.ts';
import type { YamlFile } from './yamlFile.ts';

interface Unit {
  yaml: YamlFile;
  context: { parts: HubParts; connectors: HubConfig['connectors'] };
  report: FaultSink;
  asks: Map<string, string>;
}

/** `path`: of the step. What is wrong is reported. */
export function needOf(unit: Unit, need: StepNeed | undefined, path: Path): RunningStep['need'] {
  if (!need) return undefined;
  const { answers, view } = unit.context.parts;
  const own = answers?.[need.port];
  if (!own) {
    const message = `nobody in this hub answers questions to '${need.port}'`;
    const todo = 'remove the step';
    unit.report({ path, onKey: true, code: 'CONFIG_BAD_VALUE', message, todo });
    return undefined;
  }
  const connector = need.connector === undefined ? undefined : connectorOf(unit, need, path);
  const asking: Asking = {
    at: unit.yaml.placeOf(path, true),
    ...(connector ? { connector } : {}),
    ...(need.terms ? { terms: need.terms } : {}),
  };
  const answering = view?.answers?.(need.port, own) ?? own;
  const ask = (questions: readonly unknown[]) => answering(questions, asking);
  return { question: need.question, ask, answer: need.answer };
}

function connectorOf(
  { context, report, asks }: Unit,
  { port: kind, connector: name = '' }: StepNeed,
  path: Path,
): Asking['connector'] {
  const entry = context.connectors[name];
  asks.set(name, kind);
  const spec = context.parts.connectors.find((one) => one.lookup && one.name === kind);
  if (entry?.kind === kind && spec) return { name, spec, config: entry.config };
  reportConnector(context.connectors, report, [...path, kind], { kind, connector: name });
  return undefined;
}
