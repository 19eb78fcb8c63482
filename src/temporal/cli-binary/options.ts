/** Options of `findTemporalCli`. */
export interface FindOptions {
  /** Path of the only CLI that may be used (TEMPORAL_CLI). */
  explicit?: string | undefined;
  /** The cache (ORG_SYNC_HOME). CLIs are stored in its folder `bin`, named `temporal-<version>`. */
  home: string;
  /** Environment of the command. Its PATH is searched, and Go gets all of it. */
  env: NodeJS.ProcessEnv;
  /** Tells the user what takes long. */
  report: (message: string) => void;
  /** Ends a download or a build, as do SIGINT, SIGTERM and SIGHUP. */
  signal?: AbortSignal | undefined;
}
