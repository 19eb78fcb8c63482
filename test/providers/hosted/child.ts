import { text } from 'node:stream/consumers';
import { bring, requestFor } from './support.ts';

const [gitDir = '', url = ''] = process.argv.slice(2);
const token = await text(process.stdin);
try {
  await bring(requestFor(gitDir, url, token));
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
