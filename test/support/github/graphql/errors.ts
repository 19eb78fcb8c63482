import { GraphQLError } from 'graphql';

/** An error as GitHub formats it: with a `type` of its own beside message, path and locations. */
export function gitHubError(type: string, message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, gitHubType: type } });
}

/** The place of {@link gitHubError}'s type is beside `extensions`, not in it. */
export function formatError(error: GraphQLError): Record<string, unknown> {
  const { gitHubType, ...extensions } = error.extensions;
  return {
    ...(gitHubType !== undefined && { type: gitHubType }),
    ...(error.path && { path: error.path }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
    ...(error.locations && { locations: error.locations }),
    message: error.message,
  };
}
