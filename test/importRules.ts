/** Who may import whom, downward only: rooms, packages and parts of Node (see rooms.ts). */
import { type Room, rooms } from './rooms.ts';
import { importsOf, type SourceFile } from './sourceText.ts';

/** A broken rule: the file, what it must not use, and the sentence for a person. */
export interface Broken {
  path: string;
  what: string;
  problem: string;
}

export const roomOf = (path: string): Room | undefined =>
  rooms.find(({ files }) => files.test(path));

/** Files that are in no room, and imports that lead where their room may not look. */
export function brokenImports(files: readonly SourceFile[]): Broken[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    if (!room) {
      const problem = 'is in no room: name it in test/rooms.ts, with what it may import';
      return [{ path: file.path, what: 'no room', problem }];
    }
    return importsOf(file).flatMap((target) => {
      const problem = problemOf(room, target);
      return problem ? [{ path: file.path, what: target, problem }] : [];
    });
  });
}

function problemOf(room: Room, target: string): string | undefined {
  if (!/\.(ts|js|json)$/.test(target)) return packageProblem(room, target);
  if (target === 'core/main.ts') return 'imports core/main.ts, which only a process begins with';
  const other = roomOf(target);
  if (!other) return `imports ${target}, which is no part of the product`;
  if (other === room || room.imports.includes(other.name)) return undefined;
  if (room.adapter && other.adapter) return `imports another adapter, ${target}`;
  return `(${room.name}) imports ${target} (${other.name})`;
}

function packageProblem({ name, packages, pure }: Room, target: string): string | undefined {
  const main = target.startsWith('node:')
    ? target
    : target.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1');
  if (packages.includes(main)) return undefined;
  if (pure)
    return `(${name}) imports ${main}: the room is pure, and may import ${listOf(packages)}`;
  return `(${name}) imports ${main}: the room may import ${listOf(packages)}`;
}

const listOf = (packages: readonly string[]): string => packages.join(', ') || 'no package';
