/** Expressions of any form that programs run, from numbers: the least numbers give the simplest. */

const NAMES = ['a', 'b', 'c', 'list', 'rows'];
const LITERALS = ['"x"', '2', '""', '0', '-1', 'true', 'null', '"b"', '0.5'];
const OPERATORS = ['&', '=', '!=', '<', '>', 'and', 'or', 'in', '+', '-', '*', '%', '<='];

interface Place {
  /** Variables that are known here. */
  known: readonly string[];
  depth: number;
  /** Names made so far, so that none is made twice. */
  made: { count: number };
}

export function anyExpression(choices: readonly number[]): string {
  let at = 0;
  const pick = (count: number): number => (choices[at++ % choices.length] ?? 0) % count;
  const one = (texts: readonly string[]): string => texts[pick(texts.length)]!;
  const made = { count: 0 };

  const nextName = (): string => `$v${made.count++}`;
  const path = (): string =>
    Array.from(
      { length: 1 + pick(2) },
      () => `${one(NAMES)}${one(['', '', '', '[0]', '[-1]', '[]'])}`,
    ).join('.');

  function expression(place: Place): string {
    if (place.depth === 0 || at > 60) return leaf(place);
    const inner = (known: readonly string[] = place.known): string =>
      expression({ ...place, known, depth: place.depth - 1 });
    const forms: (() => string)[] = [
      () => leaf(place),
      () => `[${Array.from({ length: pick(4) }, () => inner()).join(', ')}]`,
      () => `${path()}[${inner()}]`,
      () => `${path()}.(${inner()})`,
      () => `${path()}.[${inner()}, ${inner()}]`,
      () => `${path()}.{"a": ${inner()}, "b": ${inner()}}`,
      () => `{"a": ${inner()}, "list": ${inner()}}.${path()}`,
      () => `(${inner()} ${one(OPERATORS)} ${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `(${inner()} ? ${inner()})`,
      () => `(${inner()} ?? ${inner()})`,
      () => `(${inner()} ?: ${inner()})`,
      () =>
        `$${one(['count', 'exists', 'sum', 'max', 'string', 'not', 'boolean', 'keys', 'distinct', 'type', 'reverse', 'uppercase', 'number', 'merge', 'length'])}(${inner()})`,
      () => `$join(${inner()}, ${one(['"/"', '""'])})`,
      () => `$split(${inner()}, ${one(['"b"', '","', '""'])})`,
      () => `$match(${inner()}, ${one(['/b/', '/(x)|(1)/', '/[a-z]+/'])})`,
      () => `$append(${inner()}, ${inner()})`,
      () => `${one(['a', 'list', 'rows', '$'])}.${one(['*', '**', '*.a', '**.b'])}`,
      () => `[${one(['0', '1', '3'])}..${inner()}]`,
      () => `-(${inner()})`,
      () => counted(),
      () => `(${inner()})[${one(['0', '-1', '1', '[0, 1]'])}]`,
      () => `(${inner()} ~> $${one(['count', 'string', 'exists', 'distinct'])}())`,
      () => over('map', 2),
      () => over('filter', 2),
      () => over('map', 1),
      () => over('single', 1),
      () => `$reduce(${inner()}, ${lambda(2)}${one(['', ', 0', ', ""', `, ${inner()}`])})`,
      () => `$${one(['each', 'sift'])}(${inner()}, ${lambda(2)})`,
      () => {
        const name = nextName();
        return `(${name} := ${inner()}; ${inner([...place.known, name])})`;
      },
      () => {
        const name = nextName();
        const known = [...place.known, name];
        return `(${name} := ${inner()}; ${name} := ${name} ? ${name} : ${inner(known)}; ${inner(known)})`;
      },
      () => {
        const shadowed = one(place.known.length > 0 ? place.known : [nextName()]);
        return `(${shadowed} := ${inner()}; ${inner([...place.known, shadowed])})`;
      },
      () => `(${inner()} ~> $${one(['uppercase', 'decimal', 'count'])})`,
      () => {
        const [first, second] = [nextName(), nextName()];
        const value = inner();
        return `(${first} := ${value}; ${second} := ${inner([...place.known, first])}; ${inner([...place.known, first, second])})`;
      },
      () => {
        const name = nextName();
        const body = lambda(1);
        return `(${name} := ${body}; ${one([`${name}(${inner()})`, `$map(${inner()}, ${name})`, `[${name}(${inner()}), ${name}(${inner()})]`])})`;
      },
    ];
    return forms[pick(forms.length)]!();

    function counted(): string {
      const name = nextName();
      const list = one([`${one(NAMES)}#${name}`, `rows[${inner()}]#${name}`]);
      const filter = one(['', '', `[${inner([...place.known, name])}]`, '[0]']);
      const body = inner([...place.known, name]);
      return `${list}${filter}.${one([`(${body})`, `{"a": ${body}}`, `[${body}, ${name}]`])}`;
    }

    function lambda(parameters: number): string {
      const names = Array.from({ length: parameters }, nextName);
      return `function(${names.join(', ')}) { ${inner([...place.known, ...names])} }`;
    }

    function over(name: string, parameters: number): string {
      const list = inner();
      return `$${name}(${list}, ${lambda(parameters)})`;
    }
  }

  function leaf({ known }: Place): string {
    const forms = [path, () => one(LITERALS), () => one(NAMES), () => '$', () => '$$.list'];
    const variables = known.map(
      (name) => () => one([name, `${name}.a`, `${name}[0]`, `${name}[]`]),
    );
    const all = [...forms, ...variables, ...variables];
    return all[pick(all.length)]!();
  }

  return expression({ known: [], depth: 3, made });
}
