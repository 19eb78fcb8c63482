import { LRUCache } from 'lru-cache';
import { type Identity, parseCommit } from './commit.ts';
import { MAX_COMMIT_BYTES } from './commits.ts';
import { ObjectReader } from './objects.ts';
import { readCommitTexts } from './reencode.ts';
import type { GitRepository } from './repository.ts';

/** Characters of names and addresses that the cache keeps, and how many each identity counts in addition. */
const CACHED_CHARACTERS = 4_000_000;
const IDENTITY_CHARACTERS = 200;

/** Reads the authors of commits and caches them: a few hundred commits wrote most lines of a tree. */
export class AuthorReader {
  readonly #repository: GitRepository;
  readonly #objects: ObjectReader;
  readonly #known = new LRUCache<string, Identity>({
    maxSize: CACHED_CHARACTERS,
    sizeCalculation: ({ name, email }) => name.length + email.length + IDENTITY_CHARACTERS,
  });

  constructor(repository: GitRepository) {
    this.#repository = repository;
    this.#objects = new ObjectReader(repository);
  }

  /** Authors by the hashes of their commits. */
  async read(hashes: Iterable<string>): Promise<Map<string, Identity>> {
    const authors = new Map<string, Identity>();
    const encoded: string[] = [];
    for (const hash of new Set(hashes)) {
      const known = this.#known.get(hash);
      const { author, isEncoded } = known === undefined ? await this.#parse(hash) : { author: known, isEncoded: false };
      authors.set(hash, author);
      if (isEncoded) encoded.push(hash);
    }
    for (const [hash, { authorName, authorEmail }] of await readCommitTexts(this.#repository, encoded, false)) {
      authors.set(hash, { name: authorName, email: authorEmail, when: authors.get(hash)?.when ?? null });
    }
    for (const [hash, author] of authors) this.#known.set(hash, author);
    return authors;
  }

  async close(): Promise<void> {
    await this.#objects.close();
  }

  /** The header comes first, so it can be read even if the message is too large. */
  async #parse(hash: string): Promise<{ author: Identity; isEncoded: boolean }> {
    const { content, size } = await this.#objects.read(hash, MAX_COMMIT_BYTES, MAX_COMMIT_BYTES);
    const { author, isEncoded } = parseCommit(content);
    return { author, isEncoded: isEncoded && size === content.length };
  }
}
