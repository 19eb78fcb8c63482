import { FatalError } from '../../model/errors.ts';
import type { FindConnection } from './provider.ts';

/** How a kind of host names its repositories. */
export interface Naming {
  pattern: RegExp;
  /** What something else can't be, and how it's written: 'the name of a repository at GitHub; write owner/name'. */
  called: string;
}

/** The hosts that a worker's connections go to, each opened when it's first asked: what asks them takes a while to load. */
export class HostPool<Connection, Host extends { readonly host: string }> {
  readonly #connectionOf: FindConnection<Connection>;
  readonly #open: (connection: Connection) => Promise<Host>;
  readonly #naming: Naming;
  readonly #opened = new Map<string | undefined, Promise<Host>>();

  constructor(connectionOf: FindConnection<Connection>, open: (connection: Connection) => Promise<Host>, naming: Naming) {
    this.#connectionOf = connectionOf;
    this.#open = open;
    this.#naming = naming;
  }

  /** The host of a connection. @throws InvalidInput if there is no such connection; FatalError if it can't be used. */
  async get(connection: string | undefined): Promise<Host> {
    const known = this.#opened.get(connection);
    if (known !== undefined) return known;
    const opened = this.#open(this.#connectionOf(connection));
    this.#opened.set(connection, opened);
    // What can't be opened now is tried again when it's next asked.
    opened.catch(() => this.#opened.delete(connection));
    return opened;
  }

  /**
   * The host of a repository. What was listed by one isn't asked of another: whoever may start a workflow doesn't choose
   * where a token goes.
   * @throws FatalError if the repository is at another host, or its name isn't one of a repository there; also as {@link get} does.
   */
  async of(repository: { host: string; name: string }, connection: string | undefined): Promise<Host> {
    const { host, name } = repository;
    const found = await this.get(connection);
    if (host !== found.host) throw new FatalError(`${name} is at ${host}, and this worker's connection goes to ${found.host}`);
    if (!this.#naming.pattern.test(name)) throw new FatalError(`'${name}' can't be ${this.#naming.called}`);
    return found;
  }
}
