import { schema as published } from '@octokit/graphql-schema';
import { buildSchema } from 'graphql';

/** GitHub's real schema. */
export const schema = buildSchema(published.idl, { assumeValid: true });
