/** `$source` of a document that rows were gathered to: it is the first of them, and holds for all or for none. */
import { type Fault, StockbusError } from '../errors.ts';
import type { FlowRecord, Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { isSameText } from '../steps/openDocument.ts';
import { type Node, variableFields, walk } from './expression/ast.ts';

/** Stands for the whole row, where it is not a field of it that is read. */
const WHOLE = '$source';

export class GatheredSource {
  readonly #names = new Set<string>();

  /** An expression over records of that shape. */
  see(ast: Node, path: Path, shape: Shape, report: FaultSink): void {
    if (!shape.gathered) return;
    const reads = Array.from(walk(ast)).filter(isSource).length;
    if (reads === 0) return;
    if (!shape.whole || shape.gathered === 'apart') {
      report({
        path,
        code: 'FLOW_BAD_EXPRESSION',
        message: "'$source' is one row of many here, and nobody can tell which",
        todo:
          shape.gathered === 'apart'
            ? 'read it of the row that is meant, under its name'
            : 'read what is meant of it by a field, in set or map before the group',
      });
      return;
    }
    const names = variableFields(ast, 'source');
    for (const name of names) this.#names.add(name);
    if (names.length < reads) this.#names.add(WHOLE);
  }

  /** A document whose rows disagree in what is read of them gets a fault. */
  check(record: FlowRecord): void {
    if (this.#names.size === 0 || record.faults || !record.members) return;
    const [first, ...others] = record.members;
    const faults: Fault[] = [];
    for (const name of this.#names) {
      const of = (row: FlowRecord['source']) => (name === WHOLE ? row : row[name]);
      const other = others.find(({ value }) => !isSameText(of(value), of(first!.value)));
      if (!other) continue;
      const read = name === WHOLE ? name : `$source.${name}`;
      const at = {
        record: other.record,
        ...(other.line === undefined ? {} : { line: other.line }),
      };
      const message = `'${read}' is read of the whole document, and its rows do not agree in it`;
      const todo =
        'read it by a field of the document, in set or map before the group, or group by it';
      faults.push(new StockbusError('GROUP_DIFFERS', message, at, { todo }).fault);
    }
    if (faults.length > 0) record.faults = faults;
  }
}

const isSource = ({ type, value }: Node): boolean => type === 'variable' && value === 'source';
