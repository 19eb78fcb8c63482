import { expect, it } from 'vitest';
import { report } from '../../src/cli/report.ts';

it('a word of a reason that is longer than a line is told whole', () => {
  const path = `/srv/${'deep/'.repeat(50)}end`;
  const failures = [{ repository: 'acme/api', reason: `${path} can't be read` }];
  const text = report({ repositories: { listed: 1, done: 0, failed: 1 }, rows: {}, failures }, ['commits'], 'the paths');
  const said = text.match(/(?<=│ (acme\/api| {8}) │ ).*?(?= *│$)/gm)?.join('');
  expect(said).toContain(path);
});
