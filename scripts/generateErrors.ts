/** docs/errors.md: every code, what it means and what to do, from the one table in core/errors.ts. */
import { type Code, type CodeSpec, codes } from '../core/errors.ts';

export function generateErrors(): string {
  const rows = (Object.keys(codes) as Code[]).map((code) => {
    const { meaning, todo, retryable, status, hint, fatal }: CodeSpec = codes[code];
    const kind = hint ? 'hint' : fatal ? 'once the flow is resumed' : retryable ? 'yes' : 'no';
    return `| \`${code}\` | ${cell(meaning)} | ${cell(todo)} | ${kind} | ${status} |`;
  });
  return `# Errors

Generated from \`core/errors.ts\` by \`npm run gen\`. A code is stable: it is never renamed and never used
again for something else. "Passing" means that the same attempt can succeed later without anybody
correcting anything; the hub then tries again by itself. A "hint" is told and refuses nothing; \`allow: [CODE]\`
in a flow silences it. The API answers as RFC 9457 says, with \`type\` \`/v1/errors/CODE\`, where each hub says the same as here.
The status is that of the HTTP answer.

| code | what it means | what to do | passing | status |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
