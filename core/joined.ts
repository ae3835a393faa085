/** One object that has what each of its parts has: a store is put together from the chapters of its port. */
export function joined<Parts extends object[]>(...parts: Parts): Joined<Parts> {
  const whole: Record<string, unknown> = {};
  for (const part of parts) {
    for (let of = part; of !== Object.prototype; of = Object.getPrototypeOf(of) as object) {
      for (const name of Object.getOwnPropertyNames(of)) {
        if (name === 'constructor') continue;
        const member: unknown = Reflect.get(part, name);
        whole[name] ??= typeof member === 'function' ? member.bind(part) : member;
      }
    }
  }
  return whole as Joined<Parts>;
}

type Joined<Parts extends object[]> = Parts extends [infer First, ...infer Rest extends object[]]
  ? First & Joined<Rest>
  : unknown;
