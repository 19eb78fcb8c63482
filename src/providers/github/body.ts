/** An error of a GraphQL answer. @see https://spec.graphql.org/October2021/#sec-Errors */
export interface GraphqlProblem {
  /** GitHub's own: 'NOT_FOUND', 'FORBIDDEN'. */
  type?: string;
  path?: (string | number)[];
  message: string;
}

/** The well-formed errors of a GraphQL response. */
export function graphqlProblems(json: unknown): GraphqlProblem[] {
  const errors = field(json, 'errors');
  return Array.isArray(errors) ? errors.filter((error): error is GraphqlProblem => typeof field(error, 'message') === 'string') : [];
}

/** The message in an error response from GitHub; '' if there is none. */
export function messageOf(json: unknown): string {
  const message = field(json, 'message');
  return typeof message === 'string' ? message : '';
}

/** A field of an unknown value. */
export function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined;
}
