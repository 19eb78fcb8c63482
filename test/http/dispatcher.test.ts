import { afterEach, expect, it, vi } from 'vitest';
import { httpDispatcher } from '../../src/http/dispatcher.ts';
import { FatalError } from '../../src/model/errors.ts';
import { failureWithout } from '../support/failure.ts';

afterEach(() => void vi.unstubAllEnvs());

it.each(['nonsense', 'name:pa55word@proxy:3128', 'ftp://name:pa55word@proxy'])(
  "a proxy's address that is none is told of without the password in it (%s)",
  async (proxy) => {
    for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, proxy);
    const error = await failureWithout(['pa55word'], (async () => httpDispatcher())());
    expect(error).toBeInstanceOf(FatalError);
    expect((error as Error).message).toContain('HTTP_PROXY');
  },
);
