import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { commitAll, git, initRepository } from '../support/git.ts';
import * as repositories from '../support/repositories.ts';
import { tempFolder } from '../support/temp.ts';
import { type Ended, makeSite } from './support/org-sync.ts';
import { failuresIn } from './support/report.ts';

const folder = tempFolder();
const site = makeSite(join(folder, 'site'));
const at = (...names: string[]) => join(folder, 'repositories', ...names);

/** What is done to a sound repository of one commit, and what is to be told about it. */
const DAMAGES: Record<string, { damage(name: string): void; reason: RegExp }> = {
  'git folder empty': { damage: (name) => replaceGit(name, () => mkdirSync(at(name, '.git'))), reason: /not a git repository: '.*git folder empty\/\.git'/ },
  'git file nonsense': { damage: (name) => replaceGit(name, () => writeFileSync(at(name, '.git'), 'x\n')), reason: /invalid gitfile format/ },
  'git file with a NUL': {
    damage: (name) => replaceGit(name, () => writeFileSync(at(name, '.git'), 'gitdir: /no\0where\n')),
    reason: /not a git repository: \/no/,
  },
  'git file to nowhere': {
    damage: (name) => replaceGit(name, () => writeFileSync(at(name, '.git'), 'gitdir: /nowhere\n')),
    reason: /not a git repository: \/nowhere/,
  },
  'git link to nowhere': { damage: (name) => replaceGit(name, () => symlinkSync('/nowhere', at(name, '.git'))), reason: /ENOENT: no such file or directory/ },
  'git pipe': { damage: (name) => replaceGit(name, () => makePipe(at(name, '.git'))), reason: /\.git is neither a file nor a folder/ },
  'shallow pipe': { damage: (name) => makePipe(at(name, '.git/shallow')), reason: /\.git\/shallow is neither a file nor a folder/ },
  'HEAD pipe': { damage: (name) => replaceBy(makePipe, at(name, '.git/HEAD')), reason: /HEAD is neither a file nor a folder/ },
  'config pipe': { damage: (name) => replaceBy(makePipe, at(name, '.git/config')), reason: /config is neither a file nor a folder/ },
  'commondir pipe': { damage: (name) => makePipe(at(name, '.git/commondir')), reason: /commondir is neither a file nor a folder/ },
  'packed refs pipe': { damage: (name) => makePipe(at(name, '.git/packed-refs')), reason: /packed-refs is neither a file nor a folder/ },
  'alternates pipe': { damage: (name) => makePipe(at(name, '.git/objects/info/alternates')), reason: /info\/alternates is neither a file nor a folder/ },
  'alternates device': {
    damage: (name) => symlinkSync('/dev/zero', at(name, '.git/objects/info/alternates')),
    reason: /info\/alternates is neither a file nor a folder/,
  },
  'pack pipe': { damage: (name) => makePipe(at(name, '.git/objects/pack/pack-1.idx')), reason: /pack-1.idx is neither a file nor a folder/ },
  'lender with a pipe': { damage: borrowFromPipe, reason: /objects that are lent\/info\/alternates is neither a file nor a folder/ },
  'alternates huge': { damage: makeHugeAlternates, reason: /info\/alternates has \d+ bytes, and at most 1000000 are read/ },
  'alternates many': { damage: makeManyAlternates, reason: /borrows objects from more than 200 folders/ },
  'ref storage of a newer git': {
    damage: useReftable,
    reason: /reftable \(extensions\.refStorage in .*config\), which git \d+\.\d+ can't read; install git 2\.45 or newer/,
  },
  'ref huge': { damage: (name) => makeHuge(at(name, '.git/refs/heads/huge')), reason: /refs\/heads\/huge has \d+ bytes, and at most 65536 are read/ },
  'packed refs huge': { damage: (name) => makeHuge(at(name, '.git/packed-refs')), reason: /packed-refs has \d+ bytes, and at most 1000000000 are read/ },
  'shallow huge': {
    damage: (name) => makeHuge(at(name, '.git/shallow')),
    reason: /shallow huge\/\.git\/shallow has \d+ bytes, and at most 200000000 are read/,
  },
  'ref pipe': { damage: (name) => makePipe(at(name, '.git/refs/heads/pipe')), reason: /refs\/heads\/pipe is neither a file nor a folder/ },
  'HEAD nonsense': { damage: (name) => writeFileSync(at(name, '.git/HEAD'), 'x\n'), reason: /not a git repository/ },
  'HEAD missing': { damage: (name) => writeFileSync(at(name, '.git/HEAD'), `${'12345678'.repeat(5)}\n`), reason: /bad object (12345678){5} .*git fsck/ },
  'branch of HEAD empty': { damage: (name) => writeFileSync(at(name, '.git/refs/heads/main'), ''), reason: /symbolic-ref failed .*No such ref: HEAD/ },
  'branch of HEAD nonsense': {
    damage: (name) => writeFileSync(at(name, '.git/refs/heads/main'), '\0'.repeat(41)),
    reason: /symbolic-ref failed .*No such ref: HEAD/,
  },
  'other branch empty': { damage: (name) => writeFileSync(at(name, '.git/refs/heads/other'), ''), reason: /ignoring broken ref refs\/heads\/other/ },
  'packed refs nonsense': { damage: (name) => writeFileSync(at(name, '.git/packed-refs'), 'x:y\n'), reason: /unexpected line in .*packed-refs/ },
  'config nonsense': { damage: (name) => writeFileSync(at(name, '.git/config'), '[core\n'), reason: /bad config line 1 in file/ },
  'objects gone': { damage: (name) => rmSync(at(name, '.git/objects'), { recursive: true }), reason: /not a git repository/ },
  'pack cut off': { damage: cutPack, reason: /git \S+ failed .*(bad object|unable to read|cannot be accessed|missing)/ },
  'extension unknown': { damage: addExtension, reason: /unknown repository extension found: fromthefuture/ },
  'lender gone': { damage: loseLender, reason: /bad object .*git fsck/ },
  'partial clone': { damage: makePartialClone, reason: /unable to read|is missing.*git fetch --refetch --no-filter/ },
  'damaged blob': { damage: remake('damaged-blob'), reason: /unable to (unpack|read) .*git fsck/ },
  'commit gone': { damage: remake('missing-commit'), reason: /Could not read [0-9a-f]{40}.*git fsck/ },
  'target of branch gone': { damage: remake('missing-ref-target'), reason: /(12345678){5}, which a ref names, is missing/ },
};

let ended: Ended;
beforeAll(async () => {
  for (const [name, { damage }] of Object.entries(DAMAGES)) {
    makeSmallRepository(at(name));
    damage(name);
  }
  for (const name of ['a good one', 'zz good one']) makeSmallRepository(at(name));
  // Node gives names that aren't UTF-8 a character that isn't in them, and finds nothing under it.
  execFileSync('sh', ['-c', `cd "$1" && mkdir -p "$(printf 'not\\351utf8')/.git"`, 'sh', at()]);
  ended = await site.sync([at()]);
});

it('repositories that cannot be read fail by themselves, each with its reason', () => {
  const failures = failuresIn(ended.stdout);
  for (const [name, { reason }] of Object.entries(DAMAGES)) {
    const told = failures.find(({ repository }) => repository === name || repository === at(name));
    expect(told?.reason, name).toMatch(reason);
  }
});

it('a folder whose name is not UTF-8 is told of', () => {
  const told = failuresIn(ended.stdout).find(({ repository }) => repository.includes('not\ufffdutf8'));
  expect(told?.reason).toContain("its name isn't valid UTF-8: rename it");
});

it('the others are synced, and the exit code says that some were not', () => {
  const failed = Object.keys(DAMAGES).length + 1;
  expect(ended.code, ended.stdout).toBe(1);
  expect(ended.stdout).toMatch(new RegExp(`\\n2 of ${failed + 2} repositories synced, ${failed} failed\\n`));
  const files = site.rows<{ repo: string }>('select r.repo, count(*) as files from repos r join git_files f on f.repo_id = r.id group by r.repo order by 1');
  expect(files).toMatchObject([{ repo: 'a good one' }, { repo: 'zz good one' }]);
});

it('why is to be found in sync_runs as well', () => {
  const runs = site.rows<{ error: string }>("select distinct error from sync_runs where status = 'failed'");
  expect(runs.map(({ error }) => error).join('\n')).toMatch(/bad object (12345678){5}/);
});

function makeSmallRepository(dir: string): void {
  initRepository(dir);
  writeFileSync(join(dir, 'a.txt'), `${dir}\n`);
  commitAll(dir, 'First\n');
}

function replaceGit(name: string, make: () => void): void {
  rmSync(at(name, '.git'), { recursive: true });
  make();
}

function makePipe(path: string): void {
  execFileSync('mkfifo', [path]);
}

function replaceBy(make: (path: string) => void, path: string): void {
  rmSync(path);
  make(path);
}

function borrowFromPipe(name: string): void {
  const objects = at('objects that are lent');
  for (const part of ['info', 'pack']) mkdirSync(join(objects, part), { recursive: true });
  makePipe(join(objects, 'info/alternates'));
  writeFileSync(at(name, '.git/objects/info/alternates'), `${objects}\n`);
}

/** A sparse file, which takes no room. */
function makeHuge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 5_000_000_000);
}

function makeHugeAlternates(name: string): void {
  writeFileSync(at(name, '.git/objects/info/alternates'), '/nowhere\n'.repeat(200_000));
}

function makeManyAlternates(name: string): void {
  const lenders = Array.from({ length: 300 }, (_, number) => join(folder, 'lenders', String(number)));
  for (const lender of lenders) mkdirSync(join(lender, 'pack'), { recursive: true });
  writeFileSync(at(name, '.git/objects/info/alternates'), `${lenders.join('\n')}\n`);
}

/** What a git from 2.45 on writes. */
function useReftable(name: string): void {
  git(at(name), ['config', 'core.repositoryFormatVersion', '1']);
  git(at(name), ['config', 'extensions.refStorage', 'reftable']);
}

function remake(corruption: repositories.Corruption): (name: string) => void {
  return (name) => {
    rmSync(at(name), { recursive: true });
    repositories.makeCorruptRepository(at(name), corruption);
  };
}

function cutPack(name: string): void {
  git(at(name), ['repack', '-adq']);
  const packs = at(name, '.git/objects/pack');
  for (const file of readdirSync(packs)) if (file.endsWith('.pack')) truncateSync(join(packs, file), 40);
}

function addExtension(name: string): void {
  git(at(name), ['config', 'core.repositoryFormatVersion', '1']);
  git(at(name), ['config', 'extensions.fromTheFuture', 'true']);
}

function loseLender(name: string): void {
  const lender = join(folder, 'lender');
  makeSmallRepository(lender);
  rmSync(at(name), { recursive: true });
  repositories.makeSharedClone(lender, at(name));
  git(at(name), ['remote', 'remove', 'origin']);
  rmSync(lender, { recursive: true });
}

function makePartialClone(name: string): void {
  const origin = join(folder, 'origin');
  makeSmallRepository(origin);
  git(origin, ['config', 'uploadpack.allowFilter', 'true']);
  rmSync(at(name), { recursive: true });
  git('.', ['clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${origin}`, at(name)]);
}
