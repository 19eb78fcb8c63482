import { once } from 'node:events';
import { registerHooks } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { ownIdentity } from '../../../src/processes/identity.ts';
import { waitReady } from '../../../src/temporal/dev-server/ready.ts';

/** A command on a machine on which a minute goes by while Temporal's client is loaded, and its server, which always hangs up. */
let late = 0;
const now = performance.now.bind(performance);
performance.now = () => now() + late;
registerHooks({
  load: (url, context, next) => {
    if (url.includes('/@temporalio/client/')) late = 60_000;
    return next(url, context);
  },
});

let asked = 0;
const server = createServer((socket) => {
  socket.destroy();
  if (late > 0) asked += 1;
  if (asked === 5) {
    console.log('asked on');
    process.exit();
  }
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const ports = { grpc: port, ui: port, http: port, metrics: port };
console.log(await waitReady({ ...ownIdentity(), ports, binary: '' }, 30_000));
process.exit();
