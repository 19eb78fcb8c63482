import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { gitEnvironment } from '../git.ts';
import type { Answer, Exchange } from './exchange.ts';

let backend: string | undefined;

/**
 * Has `git http-backend` answer for a bare repository on disk. Pushing is refused.
 * @param rest What follows the repository in the path: `/info/refs`, `/git-upload-pack`.
 */
export async function serveGit(exchange: Exchange, repository: string, rest: string): Promise<Answer> {
  backend ??= join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const { headers } = exchange;
  const child = spawn(backend, [], {
    env: gitEnvironment({
      GIT_PROJECT_ROOT: dirname(repository),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'false',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      // Forges keep pull and merge requests below refs of their own and let them be fetched.
      GIT_CONFIG_KEY_2: 'uploadpack.allowAnySHA1InWant',
      GIT_CONFIG_VALUE_2: 'true',
      PATH_INFO: `/${repository.slice(dirname(repository).length + 1)}${rest}`,
      QUERY_STRING: exchange.search.toString(),
      REQUEST_METHOD: exchange.method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      CONTENT_LENGTH: String(exchange.body.length),
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    }),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(exchange.body);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return fromCgi(Buffer.concat(chunks));
}

function fromCgi(output: Buffer): Answer {
  const end = output.indexOf('\r\n\r\n');
  if (end === -1) return { status: 500, body: 'git http-backend gave no answer' };
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*(.*)/s);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers[name.toLowerCase()] = value;
  }
  return { status, headers, body: output.subarray(end + 4) };
}
