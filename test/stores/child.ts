/** A process that tests start on a database: see `runChild`. */
import { InvalidInput } from '../../src/model/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { hash, repoId, row } from './samples.ts';

const [task = '', url = '', repository = '', batches = 'Infinity'] = process.argv.slice(2);

if (task === 'refused') {
  console.log(await openStore(url).then(() => 'opened', messageOf));
} else {
  const store = await openStore(url, { migrate: task === 'migrate' });
  if (task === 'open' || task === 'migrate') console.log(store.databaseId);
  else await writeBatches(store, Number(repository), Number(batches));
  await store.close();
}

async function writeBatches(store: Store, repository: number, count: number): Promise<void> {
  for (let batch = 0; batch < count; batch++) {
    const upsert = Array.from({ length: 50 }, (_, index) => row('git_commits', { repoId: repoId(repository), hash: hash(batch * 50 + index) }));
    await store.write([{ table: 'git_commits', upsert }]);
    // Once there is one, the kill comes while another is being written or between two, wherever it happens to be.
    if (task === 'crash' && batch === 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof InvalidInput)) throw error;
  return error.message;
}
