import type { Answer, Exchange } from '../forge/exchange.ts';
import { serveGit } from '../forge/git-http.ts';
import { markLimited } from '../forge/limits.ts';
import { ANONYMOUS, type Caller, callerOf, canReadCode, hasScope, visibleProject } from './access.ts';
import { instead, spoil } from './effect-answers.ts';
import { limitAnswer, type State } from './state.ts';
import type { Project, Token, World } from './world.ts';

const PATH = /^\/(.+?)(\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/;

/** Whether a path below the instance is one of git's smart HTTP. */
export const isGit = (path: string): boolean => PATH.test(path);

/** git shows plain text of a refusal as `remote: …`. */
const say = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: message,
});

const DENIED =
  'HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you’re required to use a token instead of a password. If a token was provided, it was either incorrect, expired, or improperly scoped.';

const askForCredentials = () => say(401, DENIED, { 'www-authenticate': 'Basic realm="GitLab"' });

/** Which user name goes with which token: any with a personal, group or project one. */
function fits({ kind, username }: Token, user: string): boolean {
  if (kind === 'job') return user === 'gitlab-ci-token';
  if (kind === 'oauth') return user === 'oauth2';
  return kind === 'deploy' ? user === username : user !== '';
}

/**
 * Who sends a request of git; undefined for whom GitLab doesn't know.
 * @see https://docs.gitlab.com/user/profile/personal_access_tokens/#clone-repository-using-personal-access-token
 */
function authenticate(world: World, authorization: string | undefined): Caller | undefined {
  if (!authorization) return ANONYMOUS;
  const [scheme = '', rest = ''] = authorization.split(/\s+(.*)/s);
  if (!/^basic$/i.test(scheme)) return undefined;
  const [user = '', password = ''] = Buffer.from(rest, 'base64').toString().split(/:(.*)/s);
  const caller = callerOf(world, password);
  return typeof caller === 'string' || (caller.type === 'token' && !fits(caller.token, user)) ? undefined : caller;
}

/** Answers git as GitLab does; a merge request's head is below refs/merge-requests if the repository on disk has it there. */
export async function answerGit(state: State, exchange: Exchange): Promise<Answer> {
  const { record, headers } = exchange;
  const known = authenticate(state.world, headers.authorization);
  const caller = known ?? ANONYMOUS;
  record.caller = caller.key;
  const active = state.throttle.active(caller.key, 'git', null);
  if (active) {
    markLimited(record, active);
    return limitAnswer(state, caller, active);
  }
  const effect = state.faults.due({ exchange, pageSize: 0 });
  if (effect) record.fault = effect.do;
  if (effect?.do === 'git-error') return say(effect.status, effect.message);
  const early = instead(state, exchange, caller, { resource: 'git', route: null }, effect);
  if (effect?.do === 'unauthorized') return askForCredentials();
  if (early) return early;
  if (!known) return askForCredentials();
  return spoil(state, await serve(state, exchange, known), effect);
}

async function serve(state: State, exchange: Exchange, caller: Caller): Promise<Answer> {
  const { world, urls } = state;
  const [, path = '', dotGit, rest = ''] = PATH.exec(exchange.record.path) ?? [];
  if (!dotGit) {
    const query = exchange.search.size > 0 ? `?${exchange.search}` : '';
    return say(301, '', { location: `${urls.web}/${path}.git${rest}${query}` });
  }
  // Former paths go on working: GitLab says in a message that the project has moved, and doesn't redirect.
  const found = visibleProject(world, caller, decodeURIComponent(path));
  if (!found) {
    // Without credentials GitLab doesn't tell what is missing from what is private.
    return caller.type === 'anonymous'
      ? askForCredentials()
      : say(404, "The project you were looking for could not be found or you don't have permission to view it.");
  }
  const pushes = rest === '/git-receive-pack' || exchange.search.get('service') === 'git-receive-pack';
  const reads = mayRead(world, caller, found.project);
  // Nor does it refuse anything to somebody unknown before it has asked who that is.
  if (caller.type === 'anonymous' && (pushes || !reads)) return askForCredentials();
  if (!reads) return say(403, 'You are not allowed to download code from this project.');
  if (pushes) return say(403, 'You are not allowed to push code to this project.');
  return serveGit(exchange, found.project.folder, rest);
}

function mayRead(world: World, caller: Caller, project: Project): boolean {
  const scoped = caller.type === 'anonymous' || caller.token.kind === 'job' || hasScope(caller, 'api', 'read_repository', 'write_repository');
  return scoped && canReadCode(world, caller, project);
}
