import { concat, git, latin1, type Text } from '../git.ts';
import { Branch } from '../history.ts';

export interface Tips {
  head: string;
  /** A commit of main that isn't its tip. */
  older: string;
  openHead: string;
  silentHead: string;
  fixHead: string;
  release: string;
}

/** Makes the objects that only refs lead to; returns every ref to be, as [name, hash]. */
export function makeRefs(main: Branch, tips: Tips) {
  const { objects, clock } = main;
  const tag = (name: string, object: string, type: string, more = 'Message\n') =>
    objects.add('tag', `object ${object}\ntype ${type}\ntag ${name}\ntagger Tagger <tagger@example.org> 1600600000 +0000\n\n${more}`);
  const alone = (path: string, content: string, message: string, parents: string[] = []) =>
    new Branch(objects, clock).write(path, content).commit(message, { parents });

  const tree = objects.addTree(main.files);
  const blob = objects.add('blob', 'a blob with a tag of its own\n');
  const annotated = tag('v1.0', tips.older, 'commit');
  const nested = tag('nested', tag('inner', annotated, 'tag'), 'tag');
  const signed = tag('v1.1-signed', tips.head, 'commit', '1.1\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n');
  const taggerless = objects.add('tag', `object ${tips.older}\ntype commit\ntag old\n\nNo tagger, as in old days\n`);

  const local = main.fork();
  const topic = local.write('topic.txt', 'topic\n').commit('Only on a topic branch');
  const remoteOnly = main.fork().write('remote.txt', 'remote\n').commit('Only at the remote');
  const note = alone(tips.head, 'A note\n', 'Notes added');
  const stash = local.append('topic.txt', 'stashed\n').commit('WIP on topic', { parents: [topic, alone('index', 'i\n', 'index on topic', [topic])] });
  const replacement = main.fork().commit('Not what this commit says', { parents: [], author: 'Impostor <i@example.org> 1 +0000' });
  const otherBlob = objects.add('blob', 'replaced contents\n');

  // biome-ignore format: a table
  const refs: [Text, string][] = [
    ['refs/heads/main', tips.head],
    ['refs/heads/release', tips.release],
    ['refs/heads/feature/x/y', topic],
    ['refs/heads/-dash', tips.older], ['refs/heads/--help', tips.older], ['refs/heads/HEAD', tips.older], ['refs/heads/@', tips.older],
    // A branch that is spelled like the hash of another commit, and like a full ref name.
    [`refs/heads/${topic}`, tips.older], ['refs/heads/refs/heads/main', tips.older],
    ['refs/heads/\u{1f680}/\u05e9\u05dc\u05d5\u05dd', tips.older], [latin1('refs/heads/caf\xe9'), tips.older],
    ["refs/heads/$(touch-x);'\"`&|<>%s,{}!#", tips.older],
    ['refs/tags/main', tips.older], ['refs/tags/light', tips.older], ['refs/tags/v1.0', annotated], ['refs/tags/nested', nested],
    ['refs/tags/v1.1-signed', signed], ['refs/tags/old', taggerless], ['refs/tags/of/a/tree', tag('tree', tree, 'tree')], ['refs/tags/of/a/blob', tag('blob', blob, 'blob')],
    ['refs/tags/light-tree', tree], ['refs/tags/light-blob', blob], ['refs/tags/-dash', tips.older],
    ['refs/remotes/origin/main', tips.older], ['refs/remotes/origin/feature/z', remoteOnly], ['refs/remotes/origin/only-there', tips.fixHead],
    ['refs/remotes/up/stream/main', tips.older], ['refs/remotes/git-svn', tips.older],
    // Nothing but a convention says that these are commits.
    ['refs/remotes/origin/a-tag', annotated], ['refs/remotes/origin/a-blob', blob],
    ['refs/notes/commits', note], ['refs/notes/deep/er', note], ['refs/stash', stash], ['refs/original/refs/heads/main', tips.older], ['refs/changes/01/1/1', topic],
    ['refs/keep-around/1', tips.older], ['refs/bisect/bad', tips.older],
    ['refs/pull/12/head', tips.older], ['refs/pull/12/merge', tips.head], ['refs/pull/40/head', tips.openHead], ['refs/pull/41/head', tips.silentHead],
    ['refs/pull/42/merge', tips.head], ['refs/pull/43/head', annotated], ['refs/pull/44/head', tips.older], ['refs/pull/60/head', tips.fixHead],
    ['refs/pull/0/head', tips.openHead], ['refs/pull/abc/head', tips.openHead], ['refs/pull/99999999999/head', tips.openHead], ['refs/pull/45/head/x', tips.openHead],
    ['refs/merge-requests/7/head', tips.older], ['refs/merge-requests/70/head', tips.openHead], ['refs/merge-requests/71/merge', tips.head],
  ];
  return { refs, topic, remoteOnly, annotated, nested, stash, replacement, otherBlob };
}

/** Writes the refs: half of them packed, then some loose; and the symbolic ones, one of them broken. */
export function writeRefs(dir: string, refs: readonly [Text, string][]): void {
  const update = (some: readonly [Text, string][]) =>
    git(dir, ['update-ref', '--stdin', '-z'], { input: concat(...some.flatMap(([name, hash]) => ['update ', name, `\0${hash}\0\0`])) });
  update(refs.slice(0, refs.length / 2));
  git(dir, ['pack-refs', '--all']);
  update(refs.slice(refs.length / 2));
  for (const [name, target] of [
    ['refs/remotes/origin/HEAD', 'refs/remotes/origin/main'],
    ['refs/remotes/gone/HEAD', 'refs/remotes/gone/main'],
    ['refs/heads/alias', 'refs/heads/release'],
    ['refs/heads/alias-of-alias', 'refs/heads/alias'],
  ] as const) {
    git(dir, ['symbolic-ref', name, target]);
  }
}
