import { afterEach, beforeEach, describe } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import { concurrencyContract } from './contract-concurrency.ts';
import { queryContract } from './contract-queries.ts';
import { valueContract } from './contract-values.ts';
import { writeContract } from './contract-writes.ts';
import type { Subject, TestDatabase } from './subject.ts';

/**
 * What every store has to do.
 * @param create Makes an empty database.
 */
export function storeContract(create: () => Promise<TestDatabase>): void {
  describe('store contract', () => {
    const subject = { create } as Subject;

    beforeEach(async () => {
      subject.database = await create();
      subject.store = await openStore(subject.database.url);
    });

    afterEach(async () => {
      await subject.store.close();
      await subject.database.drop();
    });

    writeContract(subject);
    valueContract(subject);
    queryContract(subject);
    concurrencyContract(subject);
  });
}
