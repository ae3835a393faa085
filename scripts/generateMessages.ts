/** TypeScript types of the canonical messages, from `schemas/*.json`. */
import { readdir, readFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { identifierKeyword } from '../core/identifier.ts';
import type { JsonSchema } from '../core/spec.ts';

export async function generateMessages(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const parts = ['/* Generated from schemas/*.json by `npm run gen`. Do not edit. */\n'];
  const map: string[] = [];
  for (const name of names) {
    const schema = JSON.parse(await readFile(`${folder}/${name}`, 'utf8'));
    parts.push(
      await compile(withNames(schema), schema.title, {
        bannerComment: '',
        additionalProperties: false,
        ignoreMinAndMaxItems: true,
        format: false,
      }),
    );
    map.push(`  '${name.replace(/\.json$/, '')}': ${schema.title};`);
  }
  parts.push(
    `/** Data of each message type. */\nexport interface MessageData {\n${map.join('\n')}\n}\n`,
  );
  return parts.join('\n');
}

/** Says of each identifier that it is one. */
function withNames(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [key, withNames(value as JsonSchema)]
      : [key, value],
  );
  const named = Object.fromEntries(entries);
  if (schema[identifierKeyword] !== true || typeof schema.description !== 'string') return named;
  return { ...named, description: `${schema.description}\nAn identifier: Unicode NFC, trimmed.` };
}
