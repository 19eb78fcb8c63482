import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { bytes, git, type Text } from './git.ts';

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';
export type ObjectFormat = 'sha1' | 'sha256';

/** An entry of a tree. */
export interface Entry {
  /** As a tree object spells it: '100644', '40000'. */
  mode: string;
  hash: string;
}

const PACK_TYPES: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };

/**
 * Makes git objects in memory and hands them over as one pack: thousands of objects, well formed or
 * not, for the price of one git process.
 */
export class ObjectWriter {
  readonly format: ObjectFormat;
  readonly #objects = new Map<string, { type: ObjectType; body: Buffer }>();

  constructor(format: ObjectFormat = 'sha1') {
    this.format = format;
    // git knows the empty tree by heart, other readers look for the object.
    this.add('tree', '');
  }

  add(type: ObjectType, content: Text): string {
    const body = bytes(content);
    const hash = createHash(this.format).update(`${type} ${body.length}\0`).update(body).digest('hex');
    if (!this.#objects.has(hash)) this.#objects.set(hash, { type, body });
    return hash;
  }

  /** Contents of an object made here. */
  read(hash: string): Buffer {
    const object = this.#objects.get(hash);
    if (object === undefined) throw new Error(`No object ${hash} was made here.`);
    return object.body;
  }

  /** Makes the trees of a set of files, whose paths are bytes as latin1; returns the root's hash. */
  addTree(files: ReadonlyMap<string, Entry>): string {
    const here = new Map<string, Entry>();
    const folders = new Map<string, Map<string, Entry>>();
    for (const [path, entry] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) {
        here.set(path, entry);
        continue;
      }
      const name = path.slice(0, slash);
      const inside = folders.get(name) ?? new Map<string, Entry>();
      folders.set(name, inside.set(path.slice(slash + 1), entry));
    }
    for (const [name, inside] of folders) here.set(name, { mode: '40000', hash: this.addTree(inside) });
    const order = ([name, { mode }]: [string, Entry]) => (mode === '40000' ? `${name}/` : name);
    const entries = [...here].sort((a, b) => (order(a) < order(b) ? -1 : 1));
    const parts = entries.flatMap(([name, { mode, hash }]) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(hash, 'hex')]);
    return this.add('tree', Buffer.concat(parts));
  }

  /** Stores everything in the repository at `dir`, packed, or loose (one file an object). */
  writeTo(dir: string, how: 'packed' | 'loose' = 'packed'): void {
    git(dir, how === 'packed' ? ['index-pack', '--stdin'] : ['unpack-objects', '-q'], { input: this.#pack() });
  }

  /** https://git-scm.com/docs/gitformat-pack, without deltas. */
  #pack(): Buffer {
    const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
    header.writeUInt32BE(this.#objects.size, 8);
    const parts: Buffer[] = [header];
    for (const { type, body } of this.#objects.values()) {
      parts.push(packedHeader(PACK_TYPES[type], body.length), deflateSync(body, { level: 1 }));
    }
    const hash = createHash(this.format);
    for (const part of parts) hash.update(part);
    return Buffer.concat([...parts, hash.digest()]);
  }
}

/** Type in three bits, size in 4 bits and then 7 a byte. */
function packedHeader(type: number, size: number): Buffer {
  const header: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); ; rest = Math.floor(rest / 128)) {
    header.push(rest > 0 ? byte | 0x80 : byte);
    if (rest === 0) return Buffer.from(header);
    byte = rest & 0x7f;
  }
}
