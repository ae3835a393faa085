import { type FaultSink, type Path, suggestion } from '../spec.ts';
import type { HubConfig } from './hubConfig.ts';

/** No connector of that kind has the name. */
export function reportConnector(
  connectors: HubConfig['connectors'],
  report: FaultSink,
  path: Path,
  { kind, connector: name }: { kind: string; connector: string },
): void {
  const entry = connectors[name];
  const known = Object.entries(connectors)
    .filter(([, one]) => one.kind === kind)
    .map(([known]) => known);
  report({
    path,
    code: 'FLOW_UNKNOWN_CONNECTOR',
    message: entry
      ? `the connector '${name}' is of the kind ${entry.kind}, not ${kind}`
      : `config/hub.yaml has no connector '${name}'`,
    todo:
      known.length > 0 ? suggestion(name, known) : `add '${name}: { ${kind}: … }' under connectors`,
  });
}
