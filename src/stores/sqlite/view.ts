/**
 * Text of the view `git_blame`: one row a line, put together from `git_blame_ranges` and `git_files.contents`.
 *
 * Lines are cut by making the text a JSON array: '~' is escaped, so that '~1' can stand for the newline while
 * `json_quote` escapes the rest, and then becomes the border between two elements. That is linear in the text,
 * needs nothing but SQLite's own functions (3.38 and later), and ends lines at \n alone. The range of a line is
 * the last that begins at or before it, one search in the key.
 *
 * The second half is for files whose text isn't stored: each range is multiplied by an array of its length
 * (`zeroblob` is the only generator of n things that a view can bind to a row's value). In both halves
 * `repo_id` and `path` are plain columns, so that a condition on them is a search in the keys; `cross join` keeps
 * SQLite from taking the ranges first, which would cut the text again for each of them.
 */
export const BLAME_VIEW = `CREATE VIEW git_blame AS
select f.repo_id, f.path, l.key + 1 as line_no, r.author_email, r.author_name, r.author_when, r.commit_hash,
  replace(l.value, '~0', '~') as line
from git_files f
cross join json_each('[' || replace(json_quote(replace(replace(f.contents, '~', '~0'), char(10), '~1')), '~1', '","') || ']') l
cross join git_blame_ranges r on r.repo_id = f.repo_id and r.path = f.path and r.line_no = (
  select max(s.line_no) from git_blame_ranges s
  where s.repo_id = f.repo_id and s.path = f.path and s.line_no <= l.key + 1
)
where f.contents is not null and l.key + 1 < r.line_no + r.line_count
union all
select r.repo_id, r.path, r.line_no + n.key, r.author_email, r.author_name, r.author_when, r.commit_hash, null
from git_blame_ranges r
cross join json_each('[0' || replace(hex(zeroblob(r.line_count - 1)), '00', ',0') || ']') n
where not exists (
  select 1 from git_files f where f.repo_id = r.repo_id and f.path = r.path and f.contents is not null
)`;
