import { storeError } from './storeError.ts';

/** A store of which all that the driver throws comes in the hub's words. `address` is without secrets. */
export function inHubWords<Kind extends object>(store: Kind, address: string): Kind {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...of: unknown[]) => {
        const result: AsyncIterable<unknown> | Promise<unknown> = value.apply(target, of);
        if (Symbol.asyncIterator in result) return streamed(result, address);
        return result.catch((error) => {
          throw storeError(error, address);
        });
      };
    },
  });
}

async function* streamed(rows: AsyncIterable<unknown>, address: string): AsyncIterable<unknown> {
  try {
    yield* rows;
  } catch (error) {
    throw storeError(error, address);
  }
}
