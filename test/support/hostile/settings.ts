import { join } from 'node:path';

/** A line of a git configuration. */
export interface Setting {
  key: string;
  value: string;
}

/** Makes an executable that leaves its trace; returns its path. */
type Run = (name: string) => string;

// biome-ignore format: a table
export const executables = {
  hooks: [
    'post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc', 'fsmonitor-watchman', 'post-rewrite', 'pre-commit', 'post-commit',
    'pre-receive', 'update', 'post-receive', 'post-update', 'proc-receive', 'post-merge', 'pre-push', 'sendemail-validate', 'query-watchman',
  ],
  aliases: [
    'log', 'diff-tree', 'blame', 'cat-file', 'ls-tree', 'for-each-ref', 'rev-list', 'rev-parse', 'show-ref', 'config', 'clone', 'fetch', 'symbolic-ref', 'commit-graph', 'version', 'st',
  ],
};

/** Whatever git lets a configuration run. */
export function hostileSettings(gitDir: string, run: Run): Setting[] {
  const command = (key: string, value: (path: string) => string = (path) => path) => ({ key, value: value(run(key)) });
  const ext = (path: string) => `ext::${path.replaceAll(' ', '% ')}`;
  // biome-ignore format: a table
  return [
    command('diff.external'),
    command('diff.command.command'), command('diff.evil.textconv'),
    command('filter.evil.clean'), command('filter.evil.smudge'), { key: 'filter.evil.required', value: 'true' }, command('filter.process.process'),
    command('merge.evil.driver'), command('mergetool.evil.cmd'), command('difftool.evil.cmd'),
    command('core.fsmonitor'), command('core.sshCommand'), command('core.pager'), command('core.editor'), command('core.askPass'), command('core.gitProxy'),
    command('core.alternateRefsCommand'), { key: 'core.hooksPath', value: join(gitDir, 'evil-hooks') },
    command('sequence.editor'), command('interactive.diffFilter'), command('browser.evil.cmd'), command('man.evil.cmd'),
    command('pager.log'), command('pager.blame'), command('pager.diff-tree'), command('pager.for-each-ref'), command('pager.config'), command('pager.branch'),
    command('credential.helper', (path) => `!${path}`), command('credential.https://github.com.helper'),
    command('gpg.program'), command('gpg.ssh.program'), command('gpg.x509.program'), command('gpg.ssh.defaultKeyCommand'),
    command('uploadpack.packObjectsHook'), command('gc.recentObjectsHook'), command('receive.procReceiveRefs'),
    command('tar.evil.command'), command('trailer.evil.command'), command('trailer.evil.cmd'), command('sendemail.sendmailCmd'),
    command('submodule.sub.update', (path) => `!${path}`), command('submodule.sub.url', ext), { key: 'submodule.sub.active', value: 'true' }, { key: 'submodule.recurse', value: 'true' },
    { key: 'protocol.ext.allow', value: 'always' }, { key: 'protocol.allow', value: 'always' },
    { key: 'remote.origin.url', value: 'https://github.com/acme/hostile.git' }, { key: 'remote.origin.fetch', value: '+refs/*:refs/*' },
    command('remote.origin.uploadpack'), command('remote.origin.receivepack'), command('remote.origin.proxy'),
    command('remote.evil.url', ext), { key: 'remote.evil.promisor', value: 'true' }, { key: 'extensions.partialClone', value: 'evil' },
    command('remote.vcs.vcs', () => 'ext'), { key: 'branch.main.remote', value: 'evil' }, { key: 'branch.main.merge', value: 'refs/heads/main' },
    { key: `url.ext::${run('url.insteadOf')} .insteadOf`, value: 'https://github.com/' },
    ...executables.aliases.map((name) => command(`alias.${name}`, (path) => `!${path}`)),
    { key: 'include.path', value: join(gitDir, 'evil/included') },
    { key: 'includeIf.gitdir:/.path', value: join(gitDir, 'evil/included') },
    { key: 'gc.auto', value: '1' }, { key: 'maintenance.auto', value: 'true' }, { key: 'gc.autoDetach', value: 'false' },
  ];
}

/** What changes the output of some command, or makes it fail. */
export function outputSettings(gitDir: string): Setting[] {
  // biome-ignore format: a table
  const settings: Record<string, string> = {
    'core.repositoryFormatVersion': '1', 'extensions.worktreeConfig': 'true', 'core.bare': 'false',
    'core.quotePath': 'false', 'core.abbrev': '4', 'core.attributesFile': join(gitDir, 'evil/attributes'),
    'core.fileMode': 'false', 'core.symlinks': 'false', 'core.ignoreCase': 'true', 'core.autocrlf': 'true', 'core.safecrlf': 'true', 'core.eol': 'crlf', 'core.whitespace': 'cr-at-eol',
    'core.notesRef': 'refs/heads/main', 'core.logAllRefUpdates': 'always', 'core.useReplaceRefs': 'true', 'core.commitGraph': 'true', 'core.warnAmbiguousRefs': 'true',
    'core.excludesFile': join(gitDir, 'evil/attributes'), 'core.commentChar': 'a',
    'blame.ignoreRevsFile': 'a-file-that-is-missing', 'blame.markIgnoredLines': 'true', 'blame.markUnblamableLines': 'true', 'blame.showEmail': 'true', 'blame.showRoot': 'true', 'blame.blankBoundary': 'true',
    'blame.date': 'relative', 'blame.coloring': 'highlightRecent',
    'color.ui': 'always', 'color.diff': 'always', 'color.branch': 'always', 'color.status': 'always', 'color.grep': 'always', 'color.pager': 'true',
    'diff.noprefix': 'true', 'diff.mnemonicPrefix': 'true', 'diff.renames': 'copies', 'diff.renameLimit': '1', 'diff.algorithm': 'histogram', 'diff.indentHeuristic': 'false',
    'diff.context': '0', 'diff.interHunkContext': '100', 'diff.ignoreSubmodules': 'all', 'diff.submodule': 'log', 'diff.relative': 'true', 'diff.orderFile': join(gitDir, 'config'),
    'diff.colorMoved': 'zebra', 'diff.wordRegex': '.', 'diff.suppressBlankEmpty': 'true', 'diff.dirstat': 'lines', 'diff.statGraphWidth': '1', 'diff.wsErrorHighlight': 'all',
    'diff.evil.binary': 'true', 'diff.evil.xfuncname': '.*', 'diff.evil.algorithm': 'patience',
    'log.showSignature': 'true', 'log.mailmap': 'true', 'log.date': 'relative', 'log.decorate': 'full', 'log.follow': 'true', 'log.showRoot': 'false', 'log.abbrevCommit': 'true', 'log.diffMerges': 'combined',
    'log.excludeDecoration': 'refs/*',
    'mailmap.file': '.mailmap', 'mailmap.blob': 'HEAD:.mailmap',
    'i18n.logOutputEncoding': 'UTF-16', 'i18n.commitEncoding': 'ISO-8859-1', 'format.pretty': 'fuller', 'format.notes': '*', 'notes.displayRef': '*', 'show.notes': 'true',
    'column.ui': 'always', 'tag.sort': '-version:refname', 'branch.sort': '-committerdate', 'tag.gpgSign': 'true', 'commit.gpgSign': 'true',
    'transfer.hideRefs': 'refs/heads', 'uploadpack.hideRefs': 'refs/pull', 'uploadpack.allowFilter': 'true', 'transfer.fsckObjects': 'true', 'fetch.fsckObjects': 'true', 'receive.fsckObjects': 'true',
    'fetch.prune': 'true', 'fetch.writeCommitGraph': 'true', 'fetch.recurseSubmodules': 'true', 'pack.writeBitmaps': 'true', 'feature.experimental': 'true', 'attr.tree': 'HEAD',
  };
  return Object.entries(settings).map(([key, value]) => ({ key, value }));
}
