import { createInterface } from 'node:readline';
import { useDevServer } from '../../../src/temporal/dev-server/use.ts';

/** A command that uses the server of a folder until it is told to release it. Arguments: CLI, folder. */
const [cli = '', directory = ''] = process.argv.slice(2);
const report = (message: string): void => console.log('report', message);
const server = await useDevServer({ cli, directory, env: process.env, report });
server.lost.addEventListener('abort', () => console.log('lost', server.lost.reason));
console.log('ready', JSON.stringify({ pid: server.pid, address: server.address }));
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'pid') console.log('pid', server.pid);
  if (line === 'release') break;
}
await server.release();
console.log('released');
process.exit();
