/** What an editor proposes while a flow is written, by the schema alone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { steps } from '../../../core/catalog.ts';
import { projectFiles } from '../../../core/cli/init/projectFiles.ts';
import { functionNames } from '../../../core/flow/expression/checkExpression.ts';
import { flowSchema, flowTestSchema, fragmentSchema } from '../../../core/flow/reference.ts';
import type { JsonSchema } from '../../../core/spec.ts';
import { parts } from './parts.ts';

const root = join(import.meta.dirname, '../../..');
const schema = flowSchema({ ...parts, steps }) as Record<string, unknown>;

type Node = Record<string, unknown>;

/** All schemas that hold at a place, alternatives too, as editors gather them. */
function unfolded(node: Node): Node[] {
  const {
    $ref,
    anyOf = [],
    allOf = [],
  } = node as { $ref?: string; anyOf?: Node[]; allOf?: Node[] };
  const definitions = schema.definitions as Record<string, Node>;
  const referred = $ref === undefined ? [] : [definitions[$ref.replace('#/definitions/', '')]!];
  return [node, ...[...referred, ...anyOf, ...allOf].flatMap(unfolded)];
}

/** Where `path` leads in a flow: names of fields, and `0` for the entries of a list. */
function at(path: string): Node[] {
  let found = unfolded(schema);
  for (const step of path.split('/').filter((part) => part !== '')) {
    const next = found.flatMap(({ properties, items, additionalProperties }) => {
      const own = (properties as Record<string, Node> | undefined)?.[step];
      if (step === '0') return items ? [items as Node] : [];
      if (own) return [own];
      return typeof additionalProperties === 'object' ? [additionalProperties as Node] : [];
    });
    found = next.flatMap(unfolded);
  }
  return found;
}

function proposals(path: string): string[] {
  return at(path).flatMap((node) => {
    const snippets = (node.defaultSnippets ?? []) as { label: string }[];
    const words = [
      ...((node.enum as string[] | undefined) ?? []),
      ...Object.keys(node.properties ?? {}),
    ];
    return [...words, ...snippets.map(({ label }) => label)];
  });
}

function proposes(path: string, wanted: readonly string[]): void {
  const found = proposals(path);
  assert.deepEqual(
    wanted.filter((word) => !found.includes(word)),
    [],
    path,
  );
}

describe('the schema of flows for editors', () => {
  it('proposes the fields of a flow, every step, and their options', () => {
    proposes('', ['flow', 'about', 'source', 'allow', 'from', 'read', 'use', 'functions', 'let']);
    proposes('', ['steps', 'key', 'to', 'mode', 'query', 'write', 'batch', 'retry']);
    const steps = parts.steps.map(({ name }) => name);
    proposes('steps/0', steps);
    for (const { name, options } of parts.steps) {
      const entry = options.schema.type === 'array' ? '/0' : '';
      proposes(`steps/0/${name}${entry}`, Object.keys(options.fields ?? {}));
    }
    proposes('steps/0/filter/missing', ['park', 'drop', 'keep']);
    proposes(
      'steps/0/map/lines/steps/0',
      steps.filter((name) => name !== 'group'),
    );
  });

  it('proposes every function wherever an expression stands', () => {
    const functions = functionNames.map((name) => `$${name}`);
    for (const path of [
      ...['steps/0/filter', 'steps/0/filter/where', 'steps/0/map/sku', 'steps/0/map/own'],
      ...['steps/0/map/lines/each', 'steps/0/map/lines/map/sku', 'steps/0/lookup/key', 'key'],
      ...['steps/0/validate/0/rule', 'let/sender', 'functions/f(x)', 'to/0/when', 'to/0/map/at'],
    ]) {
      proposes(path, functions);
    }
    assert.ok(
      at('key').some(({ defaultSnippets }) =>
        JSON.stringify(defaultSnippets ?? []).includes('SHA-256'),
      ),
    );
  });

  it('proposes the fields of messages, and the words that they may be', () => {
    for (const map of ['steps/0/map', 'steps/0/set', 'to/0/map'])
      proposes(map, [
        'document',
        'at',
        'sku',
        'location',
        'quantity',
        'reservation',
        'lines',
        'const',
      ]);
    proposes('steps/0/map/lines', ['each', 'map', 'steps']);
    proposes('steps/0/map/lines/map', ['line', 'sku', 'quantity', 'lot', 'const']);
    proposes('steps/0/map/const', ['party', 'status']);
    proposes('steps/0/map/const/party', ['customer', 'supplier']);
    proposes('steps/0/map/lines/map/const/status', ['available', 'quarantine', 'damaged']);
    const [sku] = at('steps/0/map/sku').filter(({ description }) =>
      /SKU|keeping/.test(String(description)),
    );
    assert.match(String(sku?.description), /stock\.receive\.v1/);
  });

  it('proposes messages, formats and connectors with their options', () => {
    const commands = Object.keys(parts.schemas).filter((type) => !/changed|rejected/.test(type));
    proposes('to', commands);
    proposes('to/0/type', commands);
    proposes(
      'read',
      parts.codecs.map(({ name }) => name),
    );
    for (const { name, readOptions } of parts.codecs)
      proposes(`read/${name}`, Object.keys(readOptions.fields ?? {}));
    for (const { name, from } of parts.connectors)
      if (from) proposes('from', [name, ...Object.keys(from.fields ?? {})]);
  });

  it('of tests proposes what they expect, and the codes of faults', () => {
    const text = JSON.stringify(flowTestSchema());
    for (const word of ['"filtered"', '"parked"', '"LOOKUP_NOT_FOUND"', '"messages"', '"sent"'])
      assert.ok(text.includes(word), word);
    const ajv = new Ajv({ strict: false });
    const test = ajv.compile(flowTestSchema());
    for (const folder of ['flows', 'examples/flows']) {
      for (const name of readdirSync(join(root, folder)).filter((one) =>
        one.endsWith('.test.yaml'),
      )) {
        const valid = test(parse(readFileSync(join(root, folder, name), 'utf8')));
        assert.ok(valid, `${name} ${JSON.stringify(test.errors)}`);
      }
    }
  });

  it('takes every flow and fragment that there is, and refuses a field that is none', () => {
    const ajv = new Ajv({ strict: false });
    const [flow, fragment] = [schema as JsonSchema, fragmentSchema(parts)].map((one) =>
      ajv.compile(one),
    );
    const filesIn = (folder: string) =>
      readdirSync(join(root, folder))
        .filter((name) => /(?<!\.test)\.yaml$/.test(name))
        .map((name) => readFileSync(join(root, folder, name), 'utf8'));
    const flows = [...filesIn('flows'), ...filesIn('examples/flows')];
    flows.push(projectFiles(undefined)['flows/receipts.yaml']!);
    for (const text of flows)
      assert.ok(flow!(parse(text)), `${text}\n${JSON.stringify(flow!.errors)}`);
    for (const text of filesIn('examples/config/fragments'))
      assert.ok(fragment!(parse(text)), `${text}\n${JSON.stringify(fragment!.errors)}`);
    assert.ok(!flow!(parse(flows[0]!.replace('steps:', 'stps:'))));
  });
});
