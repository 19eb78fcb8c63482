import { Type } from '@mikro-orm/core';
import type { ColumnTypes } from '../entities.ts';
import { storedInstant } from '../instants.ts';

/** ISO-8601 text with milliseconds and Z, which SQLite's date functions read and which sorts by time. */
export class IsoInstant extends Type<Date | null, string | null> {
  override convertToDatabaseValue(value: Date | null): string | null {
    return storedInstant(value)?.toISOString() ?? null;
  }

  override convertToJSValue(value: string | null): Date | null {
    return value === null ? null : storedInstant(new Date(value));
  }

  override compareAsType(): string {
    return 'Date';
  }

  override getColumnType(): string {
    return 'text';
  }
}

/** JSON text. The column type isn't 'json', because SQLite would store a JSON number as a number then. */
export class JsonText extends Type<unknown, string | null> {
  override convertToDatabaseValue(value: unknown): string | null {
    return value === null ? null : JSON.stringify(value);
  }

  override convertToJSValue(value: string | null): unknown {
    return value === null ? null : JSON.parse(value);
  }

  override getColumnType(): string {
    return 'text';
  }
}

export const SQLITE_TYPES: ColumnTypes = { instant: IsoInstant, json: JsonText, epoch: `'${new Date(0).toISOString()}'` };
