import { describe } from 'vitest';
import { concurrencyContract } from './contract-concurrency.ts';
import { leaseContract } from './contract-leases.ts';
import { longKeyContract } from './contract-long-keys.ts';
import { moveContract } from './contract-moves.ts';
import { queryContract } from './contract-queries.ts';
import { valueContract } from './contract-values.ts';
import { writeContract } from './contract-writes.ts';
import { type Subject, storePerTest, type TestDatabase } from './subject.ts';

/**
 * What every store has to do.
 * @param create Makes an empty database.
 */
export function storeContract(create: () => Promise<TestDatabase>): void {
  describe('store contract', () => {
    const subject: Subject = Object.assign(storePerTest(create), { create });

    writeContract(subject);
    valueContract(subject);
    queryContract(subject);
    leaseContract(subject);
    longKeyContract(subject);
    moveContract(subject);
    concurrencyContract(subject);
  });
}
