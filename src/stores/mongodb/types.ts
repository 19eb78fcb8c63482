import { Type } from '@mikro-orm/core';
import type { ColumnTypes } from '../entities.ts';
import { storedInstant } from '../instants.ts';

/** A BSON date. */
export class Instant extends Type<Date | null, Date | null> {
  override convertToDatabaseValue(value: Date | null): Date | null {
    return storedInstant(value);
  }

  override convertToJSValue(value: Date | null): Date | null {
    return storedInstant(value);
  }

  override compareAsType(): string {
    return 'Date';
  }

  override getColumnType(): string {
    return 'date';
  }
}

/**
 * Any JSON value as what it is: sub-documents and arrays. Not every server takes a name with a dot, or with a dollar in
 * front (https://www.mongodb.com/docs/manual/core/dot-dollar-considerations/), and none takes NUL in it: such characters
 * are percent-encoded.
 */
export class Json extends Type<unknown, unknown> {
  override convertToDatabaseValue(value: unknown): unknown {
    return renamed(value, (name) => name.toWellFormed().replace(/[%.\0]|^\$/g, (character) => ESCAPES[character] ?? character));
  }

  override convertToJSValue(value: unknown): unknown {
    return renamed(value, (name) => name.replace(/%(25|2E|00|24)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
  }

  override getColumnType(): string {
    return 'object';
  }
}

const ESCAPES: Record<string, string> = { '%': '%25', '.': '%2E', '\0': '%00', $: '%24' };

/** No value has a default: whoever writes names every column. */
export const MONGODB_TYPES: ColumnTypes = { instant: Instant, json: Json, epoch: '' };

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [rename(name), renamed(each, rename)]),
  );
}
