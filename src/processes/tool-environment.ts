/** The Temporal CLI's own settings, which must not affect our server, and whatever looks like a secret. */
const WITHHELD = /^TEMPORAL_|TOKEN|SECRET|PASSWORD|PRIVATE_KEY|API_KEY|^DATABASE_|^DB_/i;

/** The command's environment without {@link WITHHELD}, for the Temporal CLI; a CLI that is a script needs the rest. */
export function toolEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name)));
}
