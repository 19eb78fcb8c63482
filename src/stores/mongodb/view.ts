import { isDeepStrictEqual } from 'node:util';
import { type Db, type Document, MongoServerError } from 'mongodb';
import { InvalidInput } from '../../model/errors.ts';
import { CODE, codeOf } from './errors.ts';

const NAME = 'git_blame';

/** What a server says that has no views: FerretDB's, and those of the specification. */
const WITHOUT_VIEWS = new Set([59, 115, 238]);

/**
 * A line for each of a range's lines, with its text from the file's. A filter on `repo_id`, `path` or `_id`, which is the
 * range's, is applied to the ranges first, as no stage changes these.
 */
const PIPELINE: Document[] = [
  {
    $lookup: {
      from: 'git_files',
      let: { repo: '$repo_id', path: '$path' },
      pipeline: [{ $match: { $expr: { $and: [{ $eq: ['$path', '$$path'] }, { $eq: ['$repo_id', '$$repo'] }] } } }, { $project: { _id: 0, contents: 1 } }],
      as: 'file',
    },
  },
  { $set: { file: { $ifNull: [{ $arrayElemAt: ['$file.contents', 0] }, null] } } },
  {
    $set: {
      line: {
        $cond: [
          { $eq: ['$file', null] },
          { $map: { input: { $range: [0, '$line_count'] }, in: null } },
          { $slice: [{ $split: ['$file', '\n'] }, { $subtract: ['$line_no', 1] }, '$line_count'] },
        ],
      },
    },
  },
  { $unwind: { path: '$line', includeArrayIndex: 'offset' } },
  {
    $project: {
      repo_id: 1,
      path: 1,
      line_no: { $toInt: { $add: ['$line_no', '$offset'] } },
      author_email: 1,
      author_name: 1,
      author_when: 1,
      commit_hash: 1,
      line: 1,
    },
  },
];

/**
 * Makes the view `git_blame`, or gives it this version's definition; does nothing where the server has no views.
 * @param name What messages call the database.
 */
export async function makeBlameView(database: Db, name: string): Promise<void> {
  try {
    await database.createCollection(NAME, { viewOn: 'git_blame_ranges', pipeline: PIPELINE });
  } catch (error) {
    if (error instanceof MongoServerError && isWithoutViews(error)) return;
    if (codeOf(error) !== CODE.NAMESPACE_EXISTS) throw error;
    await renewView(database, name);
  }
}

async function renewView(database: Db, name: string): Promise<void> {
  const [there] = await database.listCollections({ name: NAME }).toArray();
  if (there?.type !== 'view') throw new InvalidInput([`database ${name} can't be used: org-sync didn't make its collection ${NAME}; use another database`]);
  const { viewOn, pipeline } = (there as { options?: Document }).options ?? {};
  if (viewOn === 'git_blame_ranges' && isDeepStrictEqual(pipeline, PIPELINE)) return;
  await database.command({ collMod: NAME, viewOn: 'git_blame_ranges', pipeline: PIPELINE });
}

function isWithoutViews(error: MongoServerError): boolean {
  return WITHOUT_VIEWS.has(codeOf(error)) || /not (yet )?implemented|not supported/i.test(error.message);
}
