import { gitProgram } from '../../../src/config.ts';
import { writeCommitGraph } from '../../../src/git/commit-graph.ts';
import { ObjectReader } from '../../../src/git/objects.ts';

const [command, gitDir = '', head = ''] = process.argv.slice(2);
// The end of standard input is what ends this process.
process.stdin.on('end', () => process.exit()).resume();
await (command === 'commit-graph' ? writeCommitGraph({ program: gitProgram, gitDir }, [head]) : new ObjectReader({ program: gitProgram, gitDir }).read(head));
