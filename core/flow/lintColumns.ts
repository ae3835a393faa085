/** What a flow reads of cells, as far as its own options say what there is. */
import type { Codec, Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { valueAt } from './constantOrField.ts';
import { parseExpression, pathName } from './expression/ast.ts';
import type { MessageShape } from './messageShape.ts';
import type { SourceFields } from './sourceFields.ts';
import type { YamlFile } from './yamlFile.ts';

interface CellFlow {
  yaml: YamlFile;
  report: FaultSink;
  codec: Codec;
  reads: SourceFields;
  made: Shape;
  given: ReadonlyMap<string, Path | undefined>;
}

/** `others` is what targets make by maps of their own. */
export function lintColumns(
  flow: CellFlow,
  shapes: readonly MessageShape[],
  others: readonly { made: Shape; shape: MessageShape }[],
): void {
  const { codec, reads, report } = flow;
  for (const name of codec.lacksColumns?.(reads.names()) ?? []) {
    report({
      path: reads.placeOf(name),
      code: 'FLOW_UNKNOWN_FIELD',
      message: `'${name}' is none of the columns that 'read' gives, so that every payload would be refused`,
      todo: 'name it under columns; for the text itself write it under const:',
    });
  }
  if (!codec.requireColumns) return;
  tellNumbers(flow, shapes);
  for (const { made, shape } of others) tellNumbers({ ...flow, made }, [shape]);
}

/** Numbers that are taken as they are written: where 1.200 means 1200, it becomes 1.2 unseen. */
function tellNumbers(
  { yaml, report, made, given }: CellFlow,
  shapes: readonly MessageShape[],
): void {
  const decimals = new Set(
    shapes.flatMap(({ document, lines }) =>
      [...document, ...(lines?.fields ?? [])]
        .filter(({ decimal }) => decimal)
        .map(({ name }) => name),
    ),
  );
  for (const [name, path] of made.fields) {
    const column = path && decimals.has(name) ? bareColumn(valueAt(yaml.value, path)) : undefined;
    const [field = ''] = column?.split('.') ?? [];
    if (!path || column === undefined || isGivenElsewhere(given.get(field), path)) continue;
    report({
      path,
      code: 'FLOW_NUMBER_AS_WRITTEN',
      message: `'${name}' takes the text of the column '${column}' as it is written`,
      todo: `say how numbers are written: $decimal(${column}, ",") or $decimal(${column}, "."); or allow the code`,
    });
  }
}

/** A step before, such as `set`, may have read the number. */
const isGivenElsewhere = (at: Path | undefined, path: Path): boolean =>
  at !== undefined && at.join('/') !== path.join('/');

function bareColumn(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = parseExpression(value);
  return 'ast' in parsed ? pathName(parsed.ast) : undefined;
}
