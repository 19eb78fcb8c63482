import type { InheritedEnvironment } from './program.ts';

/**
 * The environment every git process of ours runs in: nothing of the user's or the system's
 * configuration, nothing that a repository could choose to have run, no prompt, no network by itself.
 */

/** Configuration that outranks whatever a repository's own config file says. */
const CONFIG = {
  // Git refuses repositories of other owners unless protected configuration (this is) allows them.
  'safe.directory': '*',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
  'core.quotePath': 'false',
  'core.pager': 'cat',
  // It may be damaged, and git trusts what it reads from it.
  'core.multiPackIndex': 'false',
  'protocol.ext.allow': 'never',
  'http.followRedirects': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
} as const;

/**
 * Variables for a git process. Only PATH and the folder for temporary files come from the caller's shell, so
 * none of its GIT_* variables changes what git reads.
 */
export function gitEnvironment(inherited: InheritedEnvironment): Record<string, string> {
  const environment: Record<string, string> = {
    ...inherited,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    // A promisor remote may name a program to fetch a missing object with; older versions of git know only the second.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_ADVICE: '0',
    GIT_CONFIG_COUNT: String(Object.keys(CONFIG).length),
  };
  Object.entries(CONFIG).forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return environment;
}
