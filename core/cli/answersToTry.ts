/** What the steps of a flow that is tried ask, and who answers. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { HubAnswers } from '../answers/HubAnswers.ts';
import { type Fault, FaultList, StockbusError } from '../errors.ts';
import type { LoadView } from '../flow/hubParts.ts';
import { GivenAnswers } from '../flow/test/GivenAnswers.ts';
import { answersField } from '../flow/test/testFields.ts';
import { YamlFile } from '../flow/yamlFile.ts';
import { type OpenBooks, openBooks } from '../hub/openBooks.ts';
import type { Runtime } from '../runtime.ts';
import type { Invocation } from './command.ts';

/** Those of the file that `--answers` names. */
export async function answersToTry(
  { options, workingFolder }: Invocation,
  runtime: Runtime,
): Promise<LoadView['answers']> {
  if (options.answers === undefined) return undefined;
  const path = resolve(workingFolder, options.answers);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
    throw new StockbusError('FILE_UNREADABLE', `'${path}' ${what}`, undefined, { cause });
  });
  const yaml = new YamlFile(basename(path), text);
  const faults: Fault[] = [...yaml.faults];
  const read = answersField.read(yaml.value, [], ({ path: inside, code, message, todo, onKey }) => {
    const at = yaml.placeOf(inside, onKey);
    faults.push({ code, message, at, ...(todo === undefined ? {} : { todo }) });
  });
  if (!read || faults.length > 0) throw new FaultList(faults);
  const given = new GivenAnswers(read, 'own', () => runtime.now());
  return (port, own) => given.answers(port, own);
}

/** The books are opened when the first step asks them; those that are not there yet have nothing. */
export async function withBooks<Result>(
  answers: HubAnswers,
  { folder, env, runtime }: Pick<Invocation, 'folder' | 'env'> & { runtime: Runtime },
  work: () => Promise<Result>,
): Promise<Result> {
  let opened: Promise<OpenBooks> | undefined;
  answers.use(async () => {
    opened ??= openBooks(folder, env, runtime, { orEmpty: true });
    const { store, config } = await opened;
    return { store, policy: config.stock };
  });
  try {
    return await work();
  } finally {
    answers.close();
    await (await opened)?.close();
  }
}
