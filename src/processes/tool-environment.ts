/** Settings of the Temporal CLI's own, which mustn't steer our server, and what looks like a secret. */
const WITHHELD = /^TEMPORAL_|TOKEN|SECRET|PASSWORD|PRIVATE_KEY|API_KEY|^DATABASE_|^DB_/i;

/** What the Temporal CLI gets of the command's environment: everything else, for CLIs that are scripts. */
export function toolEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name)));
}
