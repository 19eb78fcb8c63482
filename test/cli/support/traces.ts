import { createPrivateKey } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { startCommand } from '../../support/command.ts';
import { until } from '../../support/runs.ts';

/** A place that something may have been left in, and what is there. */
export type Trace = [place: string, text: string];

/** Forms in which a token would be left. */
export function formsOf(token: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
  const users = ['x-access-token', 'oauth2', 'gitlab+deploy-token-1'];
  return [...new Set([token, encodeURIComponent(token), base64(token), ...users.map((user) => base64(`${user}:${token}`))])];
}

/** What a private key would be known by: lines of its body, as it was given and as programs hand it on. */
export function formsOfKey(pem: string): string[] {
  const other = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
  return [pem, other].flatMap((text) => text.trim().split('\n').slice(1, -1)).filter((line) => line.length === 64);
}

/** Places where a secret was left. */
export function leaks(secrets: readonly string[], traces: readonly Trace[]): string[] {
  return traces.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([place]) => place);
}

/**
 * The histories of all workflows that the embedded server of a database has.
 * @param settings Of the commands that ran there.
 * @param workflows How many there are: a server lists one some time after it has it.
 */
export async function historiesOf(settings: Record<string, string>, workflows: number): Promise<Trace[]> {
  const up = startCommand(['up'], settings);
  try {
    await until('the server is up', () => up.output().includes('Ctrl-C'));
    const connection = await Connection.connect({ address: String(/Temporal (127\.0\.0\.1:\d+)/.exec(up.output())?.[1]), connectTimeout: '60s' });
    const { workflow } = new Client({ connection });
    const listed = await until('all workflows are listed', async () => {
      const each = await Array.fromAsync(workflow.list());
      return each.length >= workflows && each;
    });
    const traces: Trace[] = [];
    for (const { workflowId, runId, raw } of listed) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      traces.push([`history of ${workflowId}`, textIn(history)], [`description of ${workflowId}`, textIn(raw)]);
    }
    await connection.close();
    return traces;
  } finally {
    await up.end('SIGTERM');
  }
}

/** All texts in a structure, and its bytes as text. */
function textIn(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${textIn(each)}`)
    .join('\n');
}
