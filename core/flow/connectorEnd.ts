/** An end of a flow that is a connector: `{ folder: erp-inbox, pattern: … }`. */
import type { ConnectorSpec } from '../ports.ts';
import type { FaultSink, JsonSchema, Path } from '../spec.ts';
import { nameIn } from './namedField.ts';

export interface ConnectorEnd {
  form: 'connector';
  spec: ConnectorSpec;
  connector: string | undefined;
  options: unknown;
}

/** Connectors that need no entry under `connectors:`, by the name that says so. */
export const ANY = 'any';

export function connectorSchemas(
  connectors: readonly ConnectorSpec[],
  side: 'from' | 'to',
): JsonSchema[] {
  return connectors.flatMap((spec) => {
    const use = spec[side];
    if (!use) return [];
    const { properties = {}, required = [] } = use.schema as {
      properties?: object;
      required?: string[];
    };
    const own = {
      [spec.name]: {
        type: 'string',
        description: `${spec.about} The name of one under connectors in config/hub.yaml.`,
      },
    };
    return [
      {
        type: 'object',
        additionalProperties: false,
        required: [spec.name, ...required],
        properties: { ...own, ...properties },
      },
    ];
  });
}

/** `{ folder: erp-inbox, pattern: … }`: the kind, a connector's name, and the options of this use. */
export function readConnector(
  value: Record<string, unknown>,
  path: Path,
  report: FaultSink,
  connectors: readonly ConnectorSpec[],
  side: 'from' | 'to',
): ConnectorEnd | undefined {
  const able = connectors.filter((spec) => spec[side] !== undefined);
  const known = able.map((spec) => spec.name);
  const kind = nameIn(
    value,
    known,
    path,
    'FLOW_UNKNOWN_CONNECTOR',
    `kind of connector that can stand in '${side}'`,
    report,
  );
  if (kind === undefined) return undefined;
  const spec = able.find((one) => one.name === kind)!;
  const { [kind]: name, ...use } = value;
  const options = spec[side]!.read(use, path, report);
  if (typeof name !== 'string') {
    report({
      path: [...path, kind],
      code: 'CONFIG_WRONG_TYPE',
      message: `${JSON.stringify(name)} is not the name of a connector`,
      todo: 'write the name of one under connectors in config/hub.yaml',
    });
    return undefined;
  }
  if (options === undefined) return undefined;
  return { form: 'connector', spec, connector: name === ANY ? undefined : name, options };
}
