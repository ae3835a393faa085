/** Fields of connectors that call somebody. */
import { type Field, namedValues, secret } from '../../core/spec.ts';

/** A field of which a further rule holds: `problem` says what is wrong and what to write. */
export function ruled<T>(
  of: Field<T>,
  problem: (value: T) => { message: string; todo: string } | undefined,
): Field<T> {
  return {
    ...of,
    read(value, path, report) {
      const result = of.read(value, path, report);
      const found = result === undefined ? undefined : problem(result);
      if (!found) return result;
      report({ path, code: 'CONFIG_BAD_VALUE', ...found });
      return undefined;
    },
  };
}

export function urlField(about: string): Field<string> {
  return ruled(secret(about, 'an address such as https://shop.example/hook'), (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
      const todo = 'write an address such as https://shop.example/hook';
      return { message: 'this is not an address', todo };
    }
    if (url.username === '' && url.password === '') return undefined;
    const todo = 'write headers: { authorization: "Basic …" }';
    return { message: 'an address takes no user and password', todo };
  });
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export function headersField(about: string): Field<Record<string, string>> {
  return ruled(namedValues(about, secret('Value of the header.')), (value) => {
    for (const [name, content] of Object.entries(value)) {
      if (HEADER_NAME.test(name) && HEADER_VALUE.test(content)) continue;
      const todo = 'write a header name, and a value of one line in Latin-1';
      return { message: `'${name}' is not a header that can be sent`, todo };
    }
    return undefined;
  });
}
