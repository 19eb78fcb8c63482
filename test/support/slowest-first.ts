import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, in that order: the last one to start must not run alone at the end. */
const SLOWEST = [
  'workflows/two-homes',
  'workflows/github/long-wait',
  'workflows/kill-database',
  'workflows/gitlab/whole',
  'workflows/github/whole',
  'exactness/cold-sync',
  'workflows/github/limits',
  'workflows/kill-elsewhere',
  'workflows/cancel',
  'workflows/kill-worker',
  'workflows/github/killed',
  'workflows/gitlab/killed',
  'cli/network',
  'cli/signals',
  'workflows/attach',
  'workflows/pages',
  'exactness/incremental',
  'stores/postgresql',
  'stores/mongodb-refusals',
  'workflows/gitlab/places',
  'workflows/kill-server',
  'workflows/replace-database',
  'temporal/dev-server',
  'cli/bad-hosts',
  'providers/github/pull-requests',
  'providers/gitlab/merge-requests',
];

/** Sorts the slowest files of all projects to the front, the others as Vitest does. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = SLOWEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return index === -1 ? SLOWEST.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
