import { readIdentifier } from '../identifier.ts';
import type { Expression, RecordValue } from '../ports.ts';
import { type Node, recordFields } from './expression/ast.ts';

/** What a function makes of a field (`$uppercase(Doc)`) it makes of the name that stands in it. */
export function readsNames({ ast, evaluate }: { ast: Node; evaluate: Expression }): Expression {
  const fields = [...new Set(recordFields(ast).map(({ name }) => name))];
  return (scope) => {
    let value = scope.value as RecordValue;
    for (const field of fields) {
      const text = value[field];
      const name = typeof text === 'string' ? readIdentifier(text) : text;
      if (name === text || typeof name === 'object') continue;
      value =
        value === scope.value
          ? { ...value, [field]: name }
          : Object.assign(value, { [field]: name });
    }
    return evaluate(value === scope.value ? scope : { ...scope, value });
  };
}
