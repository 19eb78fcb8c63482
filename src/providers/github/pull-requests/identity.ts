import { FatalError } from '../../../model/errors.ts';
import type { ListedRepository } from '../../../model/repository.ts';

/**
 * Makes sure that it's still the listed repository that answers to its name: another one may have taken that since.
 * @param id GitHub's, of the one that answers.
 * @throws FatalError
 */
export function checkIdentity({ name, hosted }: ListedRepository, id: number): void {
  if (hosted === undefined || hosted.providerId === String(id)) return;
  throw new FatalError(`${name} is another repository now than when it was listed: it was renamed or removed, and the name given anew; start the sync again`);
}
