/**
 * What a query costs, in points: each object of its answer is one, texts and numbers are none; of a connection there are
 * as many as `first` says. What was asked for is told before it is read, what was given by the answer itself.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedOutputType,
  GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { StockbusError } from '../../errors.ts';
import { queryBounds } from './bounds.ts';

export interface AskedQuery {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Parameters<typeof getArgumentValues>[2];
}

const tooMuch = (message: string): StockbusError =>
  new StockbusError('GRAPHQL_TOO_COMPLEX', message);

export class QueryCost {
  readonly #variables: AskedQuery['variables'];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #root: GraphQLObjectType;
  readonly #operation: OperationDefinitionNode;
  #fields = 0;

  constructor({ schema, document, operation, variables }: AskedQuery) {
    this.#operation = operation;
    this.#variables = variables;
    this.#root = schema.getRootType(operation.operation)!;
    const fragments = document.definitions.filter((one) => one.kind === 'FragmentDefinition');
    this.#fragments = new Map(fragments.map((one) => [one.name.value, one]));
  }

  /** Throws GRAPHQL_TOO_COMPLEX, and HTTP_BAD_REQUEST for a `first` that is too small or too large. */
  requested(): number {
    this.#fields = 0;
    const cost = Math.max(1, this.#weigh(this.#root, this.#operation.selectionSet, 1, 1));
    if (cost > queryBounds.cost) {
      throw tooMuch(`it costs ${cost} points, and ${queryBounds.cost} are the most`);
    }
    return cost;
  }

  /** Of what came of it. */
  actual(data: unknown): number {
    // All of it was made by now, and is counted.
    this.#fields = -Infinity;
    return Math.max(1, this.#count(this.#root, this.#operation.selectionSet, data));
  }

  #weigh(type: GraphQLObjectType, set: SelectionSetNode, depth: number, first: number): number {
    if (depth > queryBounds.depth) {
      throw tooMuch(`it goes more than ${queryBounds.depth} levels deep`);
    }
    let cost = 0;
    for (const node of this.#fieldsOf(set)) {
      const asked = objectField(type, node);
      if (!asked) continue;
      const { field, inner } = asked;
      const own = this.#firstOf(field, node);
      const below = this.#weigh(inner, node.selectionSet!, depth + 1, own ?? 1);
      cost += sizeOf(field, first) * (1 + below);
    }
    return cost;
  }

  #count(type: GraphQLObjectType, set: SelectionSetNode, value: unknown): number {
    if (typeof value !== 'object' || value === null) return 0;
    let cost = 0;
    for (const node of this.#fieldsOf(set)) {
      const asked = objectField(type, node);
      if (!asked) continue;
      const found = (value as Record<string, unknown>)[(node.alias ?? node.name).value];
      for (const one of Array.isArray(found) ? found : [found]) {
        if (one === null || one === undefined) continue;
        cost += 1 + this.#count(asked.inner, node.selectionSet!, one);
      }
    }
    return cost;
  }

  /** Of a connection. */
  #firstOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number | undefined {
    if (!field.args.some(({ name }) => name === 'first')) return undefined;
    const { first } = getArgumentValues(field, node, this.#variables) as { first: number };
    if (first >= 1 && first <= queryBounds.first) return first;
    const message = `'first' of ${node.name.value} is not from 1 to ${queryBounds.first}`;
    throw new StockbusError('HTTP_BAD_REQUEST', message, { field: node.name.value });
  }

  /** Each fragment once, as it is executed. */
  *#fieldsOf(set: SelectionSetNode, seen = new Set<string>()): Generator<FieldNode, void> {
    for (const one of set.selections) {
      this.#fields += 1;
      if (this.#fields > queryBounds.fields) {
        throw tooMuch(`its fragments make more than ${queryBounds.fields} fields`);
      }
      if (one.kind === 'Field') yield one;
      else if (one.kind === 'InlineFragment') yield* this.#fieldsOf(one.selectionSet, seen);
      else if (!seen.has(one.name.value)) {
        seen.add(one.name.value);
        const fragment = this.#fragments.get(one.name.value);
        if (fragment) yield* this.#fieldsOf(fragment.selectionSet, seen);
      }
    }
  }
}

/** Undefined of what costs nothing: texts, numbers, and what the schema says of itself. */
function objectField(type: GraphQLObjectType, { name }: FieldNode) {
  const field = type.getFields()[name.value];
  const inner: GraphQLNamedOutputType | undefined = field && getNamedType(field.type);
  if (!field || isLeafType(inner) || !(inner instanceof GraphQLObjectType)) return undefined;
  return { field, inner };
}

function sizeOf({ type, extensions }: GraphQLField<unknown, unknown>, first: number): number {
  const plain = isNonNullType(type) ? type.ofType : type;
  if (!isListType(plain)) return 1;
  return extensions.isSized ? first : queryBounds.plainList;
}
