/** Runs command lines one after another in this process, as whatever user it has; answers as JSON. */
import { commandLine } from '../../core/cli/commandLine.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';

const [folder, lines] = process.argv.slice(2) as [string, string];
const answers: { line: string; code: number; err: string }[] = [];
for (const line of JSON.parse(lines) as string[][]) {
  const { terminal, said } = new RecordedTerminal();
  const env = { STOCKBUS_DATA: process.env.STOCKBUS_DATA };
  const where = { env, workingFolder: folder, enter: () => undefined };
  const code = await commandLine(line, { ...where, terminal });
  answers.push({ line: line.join(' '), code, err: said.err });
}
process.stdout.write(JSON.stringify(answers));
