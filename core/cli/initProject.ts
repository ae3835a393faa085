import { join, relative, resolve } from 'node:path';
import type { CliCommand } from './command.ts';
import { projectFiles } from './init/projectFiles.ts';
import { writeNew } from './init/writeNew.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { packageFacts } from './packageFacts.ts';

export const initProject: CliCommand = {
  name: 'init',
  about:
    'Makes a project that works at once: config, a flow with its sample and its test, a README.',
  arguments: [{ name: 'DIR', about: 'Where. Left out: this folder.', optional: true }],
  options: { format: jsonFormat },
  examples: ['stockbus init my-hub', 'cd my-hub && stockbus test'],
  async run(invocation) {
    const {
      arguments: [wished],
      folder,
      workingFolder,
      terminal,
    } = invocation;
    const project = wished === undefined ? folder : resolve(workingFolder, wished);
    const written = await writeNew(project, projectFiles(schemasIn(project)), optionalFiles);
    if (isJson(invocation)) {
      await sayJson(terminal, { folder: project, files: written });
      return 0;
    }
    const inside = wished === undefined ? '' : `cd ${wished} && `;
    terminal.out([...written.map((path) => `  ${path}`), `Try it: ${inside}stockbus test`]);
    return 0;
  },
};

/** What a folder may have before it is a project. */
const optionalFiles = ['README.md', '.gitignore'];

/** Editors look for schemas from the project's root; those of a package elsewhere would be another's path. */
function schemasIn(project: string): string | undefined {
  const path = relative(project, join(packageFacts().folder, 'schemas/generated'));
  return path.startsWith('node_modules') ? path.replaceAll('\\', '/') : undefined;
}
