import { basename } from 'node:path';
import { isObject } from '../spec.ts';
import type { YamlFile } from './yamlFile.ts';

/** What a flow or a fragment is called: `flows/receipts.yaml` is `receipts`. */
export const nameOfFile = (file: string): string => basename(file).replace(/\.ya?ml$/, '');

/** What stands in the file of a flow, with its name where it does not say that itself. */
export function withName({ file, value }: YamlFile): unknown {
  if (!isObject(value) || Object.hasOwn(value, 'flow')) return value;
  return { flow: nameOfFile(file), ...value };
}
