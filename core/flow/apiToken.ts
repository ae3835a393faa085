/** What a token must be so that nobody guesses it, and every client can send it. */
import { type Field, optional, secret } from '../spec.ts';

const LEAST_CHARACTERS = 16;
const LEAST_DIFFERENT = 8;

const make = 'Make one with `openssl rand -hex 32`.';

export const tokenField = (about: string): Field<string> => {
  const field = optional(secret(about), '');
  return {
    ...field,
    read(value, path, report) {
      const token = field.read(value, path, report);
      const problem = token ? tokenProblem(token) : undefined;
      if (problem === undefined) return token;
      report({ path, code: 'CONFIG_WEAK_TOKEN', message: problem, todo: make });
      return undefined;
    },
  };
};

/** Never says the token. */
export function tokenProblem(token: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(token)) {
    return 'no client can send the token: it holds a blank, a control or a non-ASCII character';
  }
  if (token.length < LEAST_CHARACTERS) {
    return `the token has ${token.length} characters, at least ${LEAST_CHARACTERS} are needed`;
  }
  if (new Set(token).size < LEAST_DIFFERENT) {
    return `the token has fewer than ${LEAST_DIFFERENT} different characters`;
  }
  return isRepeated(token) || isSequence(token) ? 'the token can be guessed' : undefined;
}

/** A shorter text again and again. */
function isRepeated(token: string): boolean {
  for (let period = 1; period <= token.length / 2; period += 1) {
    if (token.slice(period) === token.slice(0, -period)) return true;
  }
  return false;
}

/** Mostly one character after the other, as in 1234567890123456. */
function isSequence(token: string): boolean {
  const steps = [...token.slice(1)].filter((character, index) => {
    const step = character.charCodeAt(0) - token.charCodeAt(index);
    return Math.abs(step) <= 1;
  });
  return steps.length > token.length / 2;
}
