import { expect, it } from 'vitest';
import { toolEnvironment } from '../../src/processes/tool-environment.ts';

it('tools get neither secrets nor what would steer our server', () => {
  const withheld = [
    'TEMPORAL_ADDRESS',
    'GITHUB_TOKEN',
    'gitlab_token',
    'AWS_SECRET_ACCESS_KEY',
    'PGPASSWORD',
    'GITHUB_APP_PRIVATE_KEY',
    'X_API_KEY',
    'DATABASE_URL',
  ];
  const given = { PATH: '/bin', HOME: '/home/me', LANG: 'C', HTTP_PROXY: 'http://proxy' };
  expect(toolEnvironment({ ...given, ...Object.fromEntries(withheld.map((name) => [name, 'value'])) })).toEqual(given);
});
