import type { Column } from './column.ts';
import { columnName, type TableDefinition } from './table.ts';

const START = (name: string) => `<!-- columns of ${name} -->`;
const END = '<!-- end of columns -->';

/**
 * Writes the columns of all tables into a document, each between the two comments that mark its place there.
 * @throws Error for a table that has no place in the document.
 */
export function documentTables(document: string, tables: readonly TableDefinition[]): string {
  return tables.reduce((text, table) => {
    const start = text.indexOf(START(table.name));
    const end = text.indexOf(END, start);
    if (start < 0 || end < 0) throw new Error(`the document has no place for ${table.name}: add ${START(table.name)} and ${END}`);
    return `${text.slice(0, start)}${START(table.name)}\n${columnTable(table)}\n${text.slice(end)}`;
  }, document);
}

/** The columns of a table as a Markdown table, those of the key in bold. */
function columnTable({ columns, key }: TableDefinition): string {
  const rows = Object.entries(columns).map(([property, column]) => {
    const name = columnName(property);
    return `| ${key.includes(property) ? `**${name}**` : name} | ${typeOf(column)} | ${column.meaning} |`;
  });
  return ['| column | type | |', '| --- | --- | --- |', ...rows].join('\n');
}

function typeOf({ kind, nullable }: Column): string {
  return nullable ? `${kind}, or null` : kind;
}
