import type { Answer, Exchange } from '../forge/exchange.ts';
import { serveGit } from '../forge/git-http.ts';
import { authenticate, type Caller, canSee, needsSso } from './access.ts';
import { instead, spoil } from './effect-answers.ts';
import type { State } from './state.ts';
import { findRepository, fullName } from './world.ts';

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/;

/** Whether a path of the web host is one of git's smart HTTP. */
export const isGit = (path: string): boolean => PATH.test(path);

/** git shows plain text of a refusal as `remote: …`. */
const say = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
  body: `${message}\n`,
});

const askForCredentials = (message: string) => say(401, message, { 'www-authenticate': 'Basic realm="GitHub"' });

/** Answers git as github.com does; a pull request's head is below refs/pull if the repository on disk has it there. */
export async function answerGit(state: State, exchange: Exchange): Promise<Answer> {
  const { record, headers } = exchange;
  const [, owner = '', name = '', rest = ''] = PATH.exec(record.path) ?? [];
  const caller = authenticate(state.world, headers.authorization);
  if (typeof caller !== 'string') record.caller = caller.key;
  const effect = state.faults.due({ exchange, pageSize: 0 });
  if (effect) record.fault = effect.do;
  if (effect?.do === 'git-error') return say(effect.status, effect.message);
  if (effect?.do === 'unauthorized') {
    if (effect.revoke && typeof caller !== 'string' && caller.type === 'token') caller.token.revoked = true;
    return askForCredentials('Invalid username or token. Password authentication is not supported for Git operations.');
  }
  const anyone: Caller = typeof caller === 'string' ? { type: 'anonymous', key: 'anonymous' } : caller;
  const early = instead(state, exchange, anyone, 'core', effect);
  if (early) return early;
  if (typeof caller === 'string') return askForCredentials('Invalid username or token. Password authentication is not supported for Git operations.');
  return spoil(state, await serve(state, exchange, caller, { owner: decodeURIComponent(owner), name: decodeURIComponent(name), rest }), effect);
}

async function serve(state: State, exchange: Exchange, caller: Caller, { owner, name, rest }: { owner: string; name: string; rest: string }): Promise<Answer> {
  const found = findRepository(state.world, owner, name);
  if (!found || !canSee(caller, found.repository)) {
    // Without credentials GitHub doesn't tell what is missing from what is private.
    return caller.type === 'anonymous' ? askForCredentials('Repository not found.') : say(404, 'Repository not found.');
  }
  const { repository, moved } = found;
  if (needsSso(caller, repository.owner)) {
    return say(403, `The '${repository.owner}' organization has enabled or enforced SAML SSO. To access this repository, you must re-authorize the token.`);
  }
  if (moved) {
    const query = exchange.search.size > 0 ? `?${exchange.search}` : '';
    return say(301, '', { location: `${state.urls.web}/${fullName(repository)}.git${rest}${query}` });
  }
  if (repository.disabled === 'dmca') return say(451, 'Repository unavailable due to DMCA takedown.');
  if (repository.disabled) return say(403, 'Access to this repository has been disabled by GitHub staff due to a violation of the terms of service.');
  if (rest === '/git-receive-pack' || exchange.search.get('service') === 'git-receive-pack') return say(403, 'Write access to repository not granted.');
  return serveGit(exchange, repository.path, rest);
}
