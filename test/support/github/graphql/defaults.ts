import { type GraphQLFieldResolver, getNamedType, isAbstractType, isEnumType, isListType, isNonNullType, isScalarType } from 'graphql';
import { connection } from './connection.ts';
import type { GraphContext } from './context.ts';
import { schema } from './schema.ts';

const SCALARS: Record<string, unknown> = {
  Int: 0,
  Float: 0,
  Boolean: false,
  ID: 'UNKNOWN_',
  DateTime: '2020-01-01T00:00:00Z',
  Date: '2020-01-01',
  GitTimestamp: '2020-01-01T00:00:00Z',
  GitObjectID: '0'.repeat(40),
  BigInt: '0',
  URI: 'http://127.0.0.1/unknown',
};

/** Takes a field from its node; what no node has is null where the schema allows it, else the plainest value of its type. */
export const resolveField: GraphQLFieldResolver<unknown, GraphContext> = (source, args, context, info) => {
  const value = (source as Record<string, unknown> | undefined)?.[info.fieldName];
  if (typeof value === 'function') return value(args, context, info);
  if (value !== undefined) return value;
  const type = getNamedType(info.returnType);
  const list = type.name.endsWith('Connection');
  if (list) context.unknown(`${info.parentType.name}.${info.fieldName}`);
  if (!isNonNullType(info.returnType)) return null;
  if (isListType(info.returnType.ofType)) return [];
  if (isScalarType(type)) return SCALARS[type.name] ?? '';
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (list) return connection([], {}, { position: () => ['', 0], node: () => ({}) });
  if (isAbstractType(type)) return { __typename: schema.getPossibleTypes(type)[0]?.name };
  return { __typename: type.name };
};
