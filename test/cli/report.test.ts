import { expect, it } from 'vitest';
import { formatReport } from '../../src/cli/report.ts';

it('a word of a reason that is longer than a line is told whole', () => {
  const path = `/srv/${'deep/'.repeat(50)}end`;
  const failures = [{ repository: 'acme/api', reason: `${path} can't be read` }];
  const text = formatReport(
    { repositories: { listed: 1, done: 0, failed: 1 }, rows: {}, failures },
    { provider: 'local', paths: ['/srv'], stages: ['commits'] },
    'the paths',
  );
  const said = text.match(/(?<=│ (acme\/api| {8}) │ ).*?(?= *│$)/gm)?.join('');
  expect(said).toContain(path);
});
