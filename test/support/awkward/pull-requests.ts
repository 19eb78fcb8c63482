import { latin1, type Text } from '../git.ts';
import type { Branch, CommitOptions } from '../history.ts';

/** Messages of merges that name a pull or merge request, or that only seem to. */
const MERGES: Text[] = [
  'Merge pull request #12 from owner/feature/x\n\nTitle of 12\n\nBody\nof two lines\n',
  'Merge pull request #13 from owner/no-title\n',
  'Merge pull request #14 from owner/no-body\n\nTitle without a body',
  'Merge pull request #5 from owner/crlf\r\n\r\nTitle in CRLF\r\n\r\nBody\r\nof two\r\n',
  "Merge branch 'feature/y' into 'main'\n\nTitle of 34\n\nDescription\n\nSee merge request group/sub/project!34",
  "Merge branch 'short' into 'main'\n\nTitle of 7\n\nSee merge request !7\n",
  "Merge branch 'untitled' into 'release/1.0'\n\nSee merge request group/project!35\n",
  "Merge branch 'it's' into 'main'\n\nCloses #1\n\nFirst\nSee merge request !36\nafter the reference\n",
  'A merge of no form at all\n\nSee merge request group/project!37\n',
  // Neither 0 nor what no column can hold; the largest that it can.
  'Merge pull request #0 from owner/zero\n\nZero\n',
  'Merge pull request #2147483647 from owner/largest\n\nLargest\n',
  'Merge pull request #2147483648 from owner/too-large\n\nToo large\n',
  'Merge pull request #99999999999999999999 from owner/absurd\n\nAbsurd\n',
  "Merge branch 'zero' into 'main'\n\nZero\n\nSee merge request group/project!0\n",
  'Merge pull request #0031 from owner/zeros\n\nLeading zeros\n',
  'Merge pull request #55abc from owner/attached\n\nNo number\n',
  'Merge pull request #33\n\nNo branch in the header\n',
  'Merge pull request #38 from no-slash\n\nA branch without an owner\n',
  // Headers that don't begin the message count nowhere.
  'Release\n\nMerge pull request #21 from owner/inner\n\nTitle of 21\n',
  'Release 2\n\n  Merge pull request #901 from owner/indented\n> Merge pull request #902 from owner/quoted\n',
  'Revert "Merge pull request #12 from owner/feature/x"\n\nThis reverts the merge.\n',
  // Two names in one message: GitHub's header counts before GitLab's trailer, of which the last one counts.
  'Merge pull request #23 from owner/both\n\nTitle of 23\n\nSee merge request group/project!903\nMerge pull request #904 from owner/second\n',
  "Merge branch 'a' into 'b'\n\nSee merge request group/one!24 and later !25\nSee merge request group/two!905\n",
  'Merge pull request #26 from owner/blank-lines\n\n\n   \n\n  Title with blanks around  \n\n\n\n  Body with blanks around  \n\n',
  "Merge pull request #27 from owner/main\n\nMerge branch 'main' into topic\n\nSee merge request nobody\n\nThe title\n\nMerge branch 'x' in the body\n",
  "Merge pull request #70 from acme/release/1.2\n\nMerge branch 'release/1.2' into develop\n",
  'Merge pull request #71 from acme/backport\n\nMerge pull request #11 from acme/fix\n\nBackport of it\n',
  "Merge branch 'sync' into 'main'\n\nMerge pull request #7 from upstream/foo\n\nSee merge request acme/api!72\n",
  "Merge branch 'x' into 'main'\n\nBackport\n\nSee merge request acme/other!99\n\nSee merge request acme/api!73\n",
  "Merge pull request #74 in PROJ/repo from ~ada/repo:feature to master\n\n* commit 'c0ffee':\n  Fix it\n  And that\n",
  'Merged PR 75: Fix: the build\n\nMerge pull request #12 from owner/quoted\n\nRelated work items: #76\n',
  latin1('Merge pull request #28 from owner/\xfcml\xe4ut\n\nT\xeftle\n\nB\xf6dy\n'),
  'Merge pull request #29 from owner/nul\0\n\nTitle\0 of 29\n\nBo\0dy\n',
  '\n\nMerge pull request #30 from owner/blank-start\n\nTitle of 30\n',
  'Merge Pull Request #906 from owner/case\n\nAnother case\n',
];

export function addPullRequests(main: Branch) {
  let count = 0;
  const mergeOf = (message: Text, options: CommitOptions = {}, author?: Text): string => {
    const topic = main.fork();
    count++;
    topic.write(`pulls/${count}.txt`, `of request ${count}\n`);
    topic.commit(`Work ${count}`, { author: author ?? `Contributor ${count} <c${count}@example.org> ${1_600_500_000 + count} +0000` });
    return main.merge([topic], message, options);
  };
  for (const message of MERGES) mergeOf(message);
  const githubMerge = mergeOf('Merge pull request #50 from owner/feature/deep/name\n\nTitle of 50\n\nBody of 50\n');
  const emptyAuthor = mergeOf('Merge pull request #51 from owner/anonymous\n\nBy nobody\n', {}, ' <> 1600500001 +0000');
  mergeOf('Merge pull request #52 from owner/encoded\n\nBy J\u00f6rg\n', {}, latin1('J\xf6rg <j\xf6rg@example.org> 1600500002 +0000'));
  const encodedMerge = mergeOf(latin1('Merge pull request #53 from owner/\xfc\n\nGr\xfc\xdfe\n'), { headers: 'encoding ISO-8859-1\n' });

  // The same number twice: the later one wins, whichever comes first in history; ties by the hash.
  mergeOf('Merge pull request #15 from owner/twice\n\nFirst\n', { time: 1_700_000_000 });
  const mergedTwice = mergeOf('Merge pull request #15 from owner/twice\n\nSecond, later\n', { time: 1_700_000_500 });
  const laterMerge = mergeOf('Merge pull request #16 from owner/twice\n\nFirst, but later\n', { time: 1_700_001_000 });
  mergeOf('Merge pull request #16 from owner/twice\n\nSecond, but earlier\n', { time: 1_700_000_900 });
  const ties = [1, 2, 3].map((n) => mergeOf(`Merge pull request #17 from owner/tie\n\nTie ${n}\n`, { time: 1_700_002_000 }));
  mergeOf('Merge pull request #18 from owner/timed\n\nWith a time\n', { time: 1 });
  mergeOf('Merge pull request #18 from owner/timeless\n\nWithout a time\n', { committer: 'Carl <carl@example.org> never' });
  const onlyTimeless = mergeOf('Merge pull request #19 from owner/timeless\n\nNever merged\n', { committer: 'Carl <carl@example.org>' });
  // GitHub and GitLab forms share the numbers.
  mergeOf("Merge branch 'lab' into 'main'\n\nLab\n\nSee merge request !20\n", { time: 1_700_003_000 });
  mergeOf('Merge pull request #20 from owner/hub\n\nHub\n', { time: 1_700_003_500 });

  // A merge of one's own, later than both, that lists what it brings.
  const ownMerge = mergeOf("Merge branch 'main' into topic\n\n* main:\n  Lab\nMerge pull request #20 from owner/hub\n", { time: 1_700_004_000 });

  // Not merges: squashed, or talking about one.
  main.append('pulls/1.txt', 'squashed\n').commit('Merge pull request #22 from owner/squashed\n\nSquashed\n');
  main.append('pulls/1.txt', 'see\n').commit('Squash\n\nSee merge request group/project!907\n');
  const arms = [1, 2].map((arm) => {
    const topic = main.fork();
    topic.write(`pulls/arm-${arm}.txt`, `${arm}\n`).commit(`Arm ${arm}`, { author: `Arm ${arm} <arm${arm}@example.org> 1600500003 +0000` });
    return topic;
  });
  const octopusRequest = main.merge(arms, 'Merge pull request #32 from owner/octopus\n\nOctopus\n');

  // Heads of requests that are open, as far as main knows.
  const open = main.fork();
  const openHead = open
    .write('pulls/open.txt', 'open\n')
    .commit('\n\n  Subject of an open one  \n\nBody\n', { author: 'Opal <opal@example.org> 1600500004 +0000' });
  const silent = main.fork();
  const silentHead = silent.write('pulls/silent.txt', 'silent\n').commit('');
  // #60 is merged, but only into a release branch.
  const release = main.fork();
  const fix = main.fork();
  const fixHead = fix.write('pulls/fix.txt', 'fix\n').commit('A fix', { author: 'Fixer <fixer@example.org> 1600500005 +0000' });
  release.merge([fix], 'Merge pull request #60 from owner/fix\n\nA fix for the release\n');
  // biome-ignore format: a list of names
  return {
    githubMerge, emptyAuthor, encodedMerge, mergedTwice, laterMerge, ties, onlyTimeless, ownMerge, octopusRequest, openHead, silentHead, fixHead,
    release: release.tip,
  };
}
