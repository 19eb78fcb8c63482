import { git } from '../support/git.ts';
import { sourceContract } from './contract.ts';

const remote = 'https://git.example.org/acme/one.git';

sourceContract(async (bare) => {
  // The same address in another form.
  git(bare, ['config', 'remote.origin.url', 'git@git.example.org:acme/one.git']);
  return { sources: {}, input: { provider: 'local', paths: [bare] }, remote, pushed: () => undefined, [Symbol.asyncDispose]: async () => undefined };
});
