/** Which of the names that expressions read were ever there, of what was there around them. */
import { type Fault, nearestName, type Place } from '../../errors.ts';
import { isObject } from '../../spec.ts';
import { quotedName } from '../expression/asWritten.ts';
import type { PathRead } from '../expression/pathReads.ts';

/** One expression: where it stands in its file, and of what its names are read. */
export interface ReadingPlace {
  file: string;
  /** The list over whose elements it runs, as text; empty where it runs over records. */
  list: string;
  /** Of a character of the expression. */
  placeOf(offset: number): Place;
}

/** A name that is read, wherever in the flow. */
interface ReadName extends Pick<ReadingPlace, 'file' | 'list'> {
  root: string;
  path: readonly string[];
  at: Place;
  wasThere: boolean;
  /** Names that stood where it would. */
  among: Set<string>;
}

/** Those of one expression, by what they are read of. */
interface ReadTree {
  name?: ReadName;
  inside: Map<string, ReadTree>;
}

/** Names that are kept of what stood where one would. */
const AMONG = 500;

export class SeenPaths {
  readonly #names = new Map<string, ReadName>();
  /** By what they are read of, all names that are read. */
  readonly #beside = new Map<string, Set<string>>();

  /** The result is shown what the paths begin with, by the variable, each time before the expression runs. */
  reader(place: ReadingPlace, reads: readonly PathRead[]): (root: string, value: unknown) => void {
    const trees = new Map<string, ReadTree>();
    for (const { root, path, offset } of reads) {
      let tree: ReadTree = trees.get(root) ?? { inside: new Map() };
      trees.set(root, tree);
      for (const [index, name] of path.entries()) {
        const next: ReadTree = tree.inside.get(name) ?? { inside: new Map() };
        tree.inside.set(name, next);
        tree = next;
        if (index === path.length - 1) tree.name ??= this.#name(place, root, path, offset);
      }
    }
    return (root, value) => {
      const tree = trees.get(root);
      if (tree) look(tree, value);
    };
  }

  /** Names that nothing had, where something had one that is like it and that the flow does not read. */
  hints(file: string, isTold: (path: readonly string[]) => boolean): Fault[] {
    const mistyped = [...this.#names.values()].filter(
      (name) => name.file === file && !name.wasThere && !isTold(name.path),
    );
    return mistyped.flatMap(({ list, root, path, at, among }): Fault[] => {
      const name = path.at(-1)!;
      const read = this.#beside.get(keyOf(file, list, root, path.slice(0, -1)));
      const others = [...among].filter((one) => !read?.has(one) && !isNumbered(one, name));
      const near = nearestName(name, others);
      if (near === undefined) return [];
      const written = [...(root === '' ? [] : [`$${root}`]), ...path.map(quotedName)].join('.');
      const message = `no record of its samples has ${written}`;
      return [
        { code: 'FIELD_NEVER_SEEN', message, at, todo: `did you mean '${quotedName(near)}'?` },
      ];
    });
  }

  #name(
    { file, list, placeOf }: ReadingPlace,
    root: string,
    path: readonly string[],
    offset: number,
  ): ReadName {
    const around = keyOf(file, list, root, path.slice(0, -1));
    const beside = this.#beside.get(around) ?? new Set();
    this.#beside.set(around, beside.add(path.at(-1)!));
    const key = keyOf(file, list, root, path);
    const known = this.#names.get(key);
    if (known) return known;
    const name = {
      file,
      list,
      root,
      path,
      at: placeOf(offset),
      wasThere: false,
      among: new Set<string>(),
    };
    this.#names.set(key, name);
    return name;
  }
}

const keyOf = (file: string, list: string, root: string, path: readonly string[]): string =>
  JSON.stringify([file, list, root, ...path]);

/** `Line2` and `Line3` are not one name that is mistyped. */
const isNumbered = (one: string, other: string): boolean =>
  one !== other && one.replaceAll(/\d+/g, '#') === other.replaceAll(/\d+/g, '#');

function look({ inside }: ReadTree, value: unknown): void {
  if (Array.isArray(value)) {
    for (const one of value) look({ inside }, one);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, tree] of inside) {
    if (Object.hasOwn(value, name)) {
      if (tree.name) tree.name.wasThere = true;
      look(tree, value[name]);
    } else if (tree.name && !tree.name.wasThere && tree.name.among.size < AMONG) {
      for (const other of Object.keys(value)) tree.name.among.add(other);
    }
  }
}
