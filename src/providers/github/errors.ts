import { HostRefusal } from '../../http/errors.ts';

/** There is no GraphQL at this address, or not for this token: an Enterprise Server may have it switched off. */
export class GraphqlUnavailable extends HostRefusal {
  override name = 'GraphqlUnavailable';
}

/** A GraphQL request as a whole was refused; `types` are GitHub's names of the reasons. */
export class GraphqlRefusal extends HostRefusal {
  override name = 'GraphqlRefusal';
  readonly types: readonly string[];

  constructor(message: string, types: readonly string[]) {
    super(message, 200);
    this.types = types;
  }
}
