import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitLab } from './server.ts';

/** One host in front of several instances, each below the path it was started with. */
export async function startFront(instances: readonly GitLab[]): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const behind = instances.find(({ url }) => incoming.url?.startsWith(`${new URL(url).pathname}/`));
    if (behind === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    const { method, headers, url: path } = incoming;
    const asked = request({ port: new URL(behind.url).port, host: '127.0.0.1', path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    // Whoever hangs up first, the other end sees it.
    asked.on('error', () => outgoing.destroy());
    outgoing.on('error', () => {});
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
