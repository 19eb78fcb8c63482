/** One step of a database's schema. */
export interface Migration {
  name: string;
  /** Null while it is pending. */
  appliedAt: Date | null;
}

/** The schema of a database, step by step. Whatever fails throws an InvalidInput and changes nothing. */
export interface Migrations {
  /** Applies what is pending; gives the names. Several processes may do so at once. */
  up(): Promise<string[]>;
  /** Undoes the last one, with the rows in its tables; gives its name, or none where nothing is left. */
  down(): Promise<string[]>;
  status(): Promise<Migration[]>;
  close(): Promise<void>;
}
