import { FatalError } from '../../../model/errors.ts';
import type { ListedRepository } from '../../../model/repository.ts';

/**
 * Checks that a name still belongs to the listed repository: another one may have taken it since.
 * @param id GitHub's id of the repository that has the name now.
 * @throws FatalError
 */
export function checkIdentity({ name, hosted }: ListedRepository, id: number): void {
  if (hosted === undefined || hosted.providerId === String(id)) return;
  throw new FatalError(`${name} is no longer the repository that was listed: that one was renamed or removed, and another took its name; start the sync again`);
}
