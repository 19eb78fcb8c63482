import { DamagedFolder } from '../../model/errors.ts';
import type { ClonePaths, HeldFolder } from '../source.ts';
import { retainClone } from './cache.ts';
import { meansDamage } from './clone-failures.ts';
import { markDamaged } from './damage-mark.ts';

/** Keeps a clone from being removed while a stage runs, and marks it where the stage finds it damaged. */
export async function holdClone({ gitDir }: Pick<ClonePaths, 'gitDir'>): Promise<HeldFolder> {
  const retained = await retainClone(gitDir);
  return {
    check: async () => undefined,
    diagnose: async (error) => {
      if (!meansDamage(error)) return error;
      await markDamaged(gitDir);
      return new DamagedFolder(error.message, { cause: error });
    },
    [Symbol.asyncDispose]: () => retained[Symbol.asyncDispose](),
  };
}
