/** A tree of files in memory: of an inbox in which a test writes, pauses and breaks what it likes. */

import type { FileContent, FileStat, FileTree } from '../connectors/files/FileTree.ts';
import type { Code } from '../core/errors.ts';
import { StockbusError } from '../core/errors.ts';
import type { Time } from '../core/runtime.ts';

interface Node {
  kind: FileStat['kind'];
  bytes: Buffer;
  mtimeMs: number;
  ctimeMs: number;
  id?: string;
}

export type TreeCall = 'list' | 'stat' | 'open' | 'claim' | 'move' | 'write' | 'remove';

export class MemoryTree implements FileTree {
  readonly name = 'memory';
  /** Runs before each call: it may wait, or throw as a disk would. */
  before: (call: TreeCall, path: string) => Promise<void> | void = () => undefined;
  /** Bytes that a file may have before the disk is full. */
  room = Infinity;
  /** Who hears that somebody else wrote something. */
  readonly watchers = new Set<(changed?: string) => void>();
  readonly #time: Pick<Time, 'now'>;
  #ids = 0;
  readonly #nodes = new Map<string, Node>([['', folderNode(0)]]);

  constructor(time: Pick<Time, 'now'>) {
    this.#time = time;
  }

  /** What the sender does: writes at the end of a file, which it may still have open after a move. */
  append(path: string, text: string | Uint8Array): Appender {
    this.#makeFolders(folderOf(path));
    const node = this.#nodes.get(path) ?? this.#add(path, 'file');
    const appender: Appender = (more) => {
      node.bytes = Buffer.concat([node.bytes, Buffer.from(more as string)]);
      node.mtimeMs = this.#time.now();
      node.ctimeMs = node.mtimeMs;
      this.#tell(this.#pathOf(node));
    };
    appender(text);
    return appender;
  }

  put(path: string, kind: Node['kind']): void {
    this.#add(path, kind);
  }

  rename(from: string, to: string): void {
    this.#rename(from, to);
    this.#tell();
  }

  /** New permissions: nothing but the time of change moves. */
  chmod(path: string): void {
    this.#nodes.get(path)!.ctimeMs = this.#time.now();
    this.#tell(path);
  }

  /** The times of a file, as a copy sets them that keeps those of what it copied. */
  utimes(path: string, mtimeMs: number): void {
    Object.assign(this.#nodes.get(path)!, { mtimeMs, ctimeMs: this.#time.now() });
    this.#tell(path);
  }

  #tell(changed?: string): void {
    for (const heard of this.watchers) heard(changed);
  }

  #pathOf(node: Node): string | undefined {
    return [...this.#nodes].find(([, other]) => other === node)?.[0];
  }

  /** A second name for a file. */
  link(from: string, to: string): void {
    this.#nodes.set(to, this.#nodes.get(from)!);
  }

  text(path: string): string | undefined {
    const node = this.#nodes.get(path);
    return node?.kind === 'file' ? node.bytes.toString() : undefined;
  }

  /** All files below a folder, sorted. */
  files(folder = ''): string[] {
    const inside = folder === '' ? '' : `${folder}/`;
    return [...this.#nodes]
      .filter(([path, { kind }]) => kind !== 'folder' && path.startsWith(inside))
      .map(([path]) => path.slice(inside.length))
      .sort();
  }

  async list(folder: string): Promise<string[] | undefined> {
    await this.before('list', folder);
    if (!this.#isFolder(folder, 'FOLDER_READ_FAILED')) return undefined;
    const inside = folder === '' ? '' : `${folder}/`;
    const below = [...this.#nodes.keys()].filter((path) => path !== '' && path.startsWith(inside));
    return below.map((path) => path.slice(inside.length)).filter((name) => !name.includes('/'));
  }

  async stat(path: string): Promise<FileStat | undefined> {
    await this.before('stat', path);
    this.#isFolder(folderOf(path), 'FOLDER_READ_FAILED');
    const node = this.#nodes.get(path);
    if (!node) return undefined;
    const { kind, bytes, mtimeMs, ctimeMs, id } = node;
    const names = [...this.#nodes.values()].filter((other) => other === node).length;
    return { kind, sizeBytes: bytes.length, mtimeMs, ctimeMs, id, names };
  }

  async *open(path: string, offset = 0): AsyncGenerator<Uint8Array> {
    await this.before('open', path);
    const node = this.#nodes.get(path);
    if (node?.kind !== 'file') throw new StockbusError('FOLDER_READ_FAILED', `no file '${path}'`);
    for (let at = offset; at < node.bytes.length; at += 7) {
      yield node.bytes.subarray(at, Math.min(at + 7, node.bytes.length));
    }
  }

  async claim(from: string, to: string): Promise<boolean> {
    await this.before('claim', from);
    this.#isFolder(folderOf(from), 'FOLDER_READ_FAILED');
    if (!this.#nodes.has(from)) return false;
    this.#makeFolders(folderOf(to));
    this.#rename(from, to);
    return true;
  }

  async move(from: string, to: string): Promise<'moved' | 'taken' | 'gone'> {
    await this.before('move', from);
    this.#isFolder(folderOf(from), 'FOLDER_READ_FAILED');
    const node = this.#nodes.get(from);
    if (!node) return 'gone';
    this.#makeFolders(folderOf(to));
    const there = this.#nodes.get(to);
    if (there && there !== node) return 'taken';
    this.#rename(from, to);
    return 'moved';
  }

  async write(path: string, content: FileContent): Promise<void> {
    const chunks: Uint8Array[] = [];
    await this.before('write', path);
    this.#makeFolders(folderOf(path));
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.byteLength;
      if (bytes > this.room) throw new StockbusError('FOLDER_WRITE_FAILED', 'the disk is full');
      chunks.push(chunk);
    }
    const node = this.#add(path, 'file');
    node.bytes = Buffer.concat(chunks);
  }

  async remove(path: string): Promise<boolean> {
    await this.before('remove', path);
    this.#isFolder(folderOf(path), 'FOLDER_WRITE_FAILED');
    return this.#nodes.delete(path);
  }

  #rename(from: string, to: string): void {
    const node = this.#nodes.get(from)!;
    this.#nodes.delete(from);
    this.#nodes.set(to, node);
    node.ctimeMs = this.#time.now();
  }

  #add(path: string, kind: Node['kind']): Node {
    this.#ids += 1;
    const node = { ...folderNode(this.#time.now()), kind, id: String(this.#ids) };
    this.#nodes.set(path, node);
    return node;
  }

  /** False where nothing is there; throws where something else is. */
  #isFolder(folder: string, code: Code): boolean {
    for (const path of pathsTo(folder)) {
      const node = this.#nodes.get(path);
      if (!node) return false;
      if (node.kind !== 'folder') {
        const at = path === '' ? code : 'FOLDER_IN_THE_WAY';
        throw new StockbusError(at, `'${path}' is no folder, or a link to one`);
      }
    }
    return true;
  }

  #makeFolders(folder: string): void {
    for (const path of pathsTo(folder)) if (!this.#nodes.has(path)) this.#add(path, 'folder');
    this.#isFolder(folder, 'FOLDER_WRITE_FAILED');
  }
}

export type Appender = (more: string | Uint8Array) => void;

const folderNode = (nowMs: number): Node => ({
  kind: 'folder',
  bytes: Buffer.alloc(0),
  mtimeMs: nowMs,
  ctimeMs: nowMs,
});

const folderOf = (path: string): string => (path.includes('/') ? path.replace(/\/[^/]*$/, '') : '');

/** '', 'a', 'a/b' of 'a/b' */
function pathsTo(folder: string): string[] {
  const names = folder === '' ? [] : folder.split('/');
  return ['', ...names.map((_, index) => names.slice(0, index + 1).join('/'))];
}
