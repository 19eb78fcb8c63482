import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';

/** Properties of keys that a repository fills, in any length: paths, and the names of refs. */
const LONG: Record<string, string> = { path: 'path_key', filePath: 'file_path_key', fullName: 'full_name_key' };

/** Characters of which no index entry gets too long: 2,704 bytes at most, with the rest of the key. */
const FITTING = 512;

/**
 * Makes a table's key fit for an index, whose entries may have 2,704 bytes: in the place of a column of any length it has a
 * generated one, which is the same text or, of a longer one, its begin and its SHA-256. That is longer than any text that
 * wasn't cut, so it's none of those.
 */
export function fitLongKeys(table: EntityMetadata): void {
  const properties = Object.values<EntityProperty>(table.properties).flatMap((property) => [property, ...standIn(property)]);
  for (const { primary, name } of properties) if (primary === true && name in LONG) (table.properties[name] as EntityProperty).primary = false;
  table.properties = Object.fromEntries(properties.map((property) => [property.name, property]));
  table.primaryKeys = properties.filter(({ primary }) => primary).map(({ name }) => name);
}

/** The generated column that follows one of the key, where that may be of any length. */
function standIn({ primary, name, kind, type, runtimeType, collation, columnTypes }: EntityProperty): EntityProperty[] {
  const column = LONG[name];
  if (primary !== true || column === undefined) return [];
  const generated = `${keyExpression(snakeCase(name))} stored`;
  const shared = { kind, type, runtimeType, collation, columnTypes };
  return [{ ...shared, name: standInName(name), fieldNames: [column], primary: true, hidden: true, generated } as EntityProperty];
}

const standInName = (name: string): string => `${name}Key`;

/** The column of a table's primary key that stands for a property; undefined where there is none. */
export function standInOf(table: EntityMetadata, { name }: EntityProperty): string | undefined {
  return table.primaryKeys.some((key) => key === standInName(name)) ? LONG[name] : undefined;
}

/** What the generated column is made of, as the server prints it. */
export function keyExpression(text: string): string {
  const digest = `encode(sha256((replace(${text}, '\\'::text, '\\\\'::text))::bytea), 'hex'::text)`;
  return `\nCASE\n    WHEN (length(${text}) <= ${FITTING}) THEN ${text}\n    ELSE (("left"(${text}, ${FITTING}) || '#'::text) || ${digest})\nEND`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
