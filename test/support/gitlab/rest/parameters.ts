/** What a query parameter takes; a list names all its values. */
type Check = 'string' | 'integer' | 'boolean' | 'datetime' | 'date' | 'strings' | 'integers' | 'userIdOrAny' | readonly string[];

export type Parameters = Readonly<Record<string, Check>>;

/** https://docs.gitlab.com/api/rest/#offset-based-pagination */
const PAGING = { page: 'integer', per_page: 'integer' } as const;
/** https://docs.gitlab.com/api/rest/#keyset-based-pagination */
const KEYSET = { ...PAGING, pagination: ['keyset'], id_after: 'integer', id_before: 'integer', cursor: 'string' } as const;

const SORT = ['asc', 'desc'] as const;
const VISIBILITY = ['private', 'internal', 'public'] as const;
const PROJECT_ORDER = ['id', 'name', 'path', 'created_at', 'updated_at', 'last_activity_at', 'similarity', 'star_count'] as const;

const PROJECT_LIST = {
  archived: 'boolean',
  visibility: VISIBILITY,
  search: 'string',
  order_by: PROJECT_ORDER,
  sort: SORT,
  simple: 'boolean',
  owned: 'boolean',
  starred: 'boolean',
  topic: 'string',
  with_issues_enabled: 'boolean',
  with_merge_requests_enabled: 'boolean',
  with_custom_attributes: 'boolean',
  min_access_level: 'integer',
  active: 'boolean',
} as const;

const PROJECTS = {
  ...PROJECT_LIST,
  ...KEYSET,
  membership: 'boolean',
  statistics: 'boolean',
  search_namespaces: 'boolean',
  with_programming_language: 'string',
  last_activity_after: 'datetime',
  last_activity_before: 'datetime',
  updated_after: 'datetime',
  updated_before: 'datetime',
  include_hidden: 'boolean',
  include_pending_delete: 'boolean',
  imported: 'boolean',
  topic_id: 'integer',
  repository_storage: 'string',
  marked_for_deletion_on: 'date',
} as const;

/** https://docs.gitlab.com/api/groups/#list-projects: offset paging only. */
const GROUP_PROJECTS = {
  ...PROJECT_LIST,
  ...PAGING,
  with_shared: 'boolean',
  include_subgroups: 'boolean',
  include_ancestor_groups: 'boolean',
  with_security_reports: 'boolean',
} as const;

/** https://docs.gitlab.com/api/groups/#list-subgroups */
const GROUP_LIST = {
  ...PAGING,
  skip_groups: 'integers',
  all_available: 'boolean',
  visibility: VISIBILITY,
  search: 'string',
  order_by: ['name', 'path', 'id', 'similarity'],
  sort: SORT,
  statistics: 'boolean',
  with_custom_attributes: 'boolean',
  owned: 'boolean',
  min_access_level: 'integer',
  top_level_only: 'boolean',
  active: 'boolean',
} as const;

/** https://docs.gitlab.com/api/merge_requests/#list-group-merge-requests */
const MERGE_REQUESTS = {
  ...PAGING,
  state: ['opened', 'closed', 'locked', 'merged', 'all'],
  scope: ['created_by_me', 'assigned_to_me', 'reviews_for_me', 'all'],
  order_by: ['created_at', 'label_priority', 'milestone_due', 'popularity', 'priority', 'title', 'updated_at', 'merged_at'],
  sort: SORT,
  created_after: 'datetime',
  created_before: 'datetime',
  updated_after: 'datetime',
  updated_before: 'datetime',
  merged_after: 'datetime',
  merged_before: 'datetime',
  deployed_after: 'datetime',
  deployed_before: 'datetime',
  environment: 'string',
  view: ['simple'],
  with_labels_details: 'boolean',
  with_merge_status_recheck: 'boolean',
  author_id: 'integer',
  author_username: 'string',
  assignee_id: 'userIdOrAny',
  assignee_username: 'strings',
  reviewer_id: 'userIdOrAny',
  reviewer_username: 'string',
  approver_ids: 'strings',
  approved_by_ids: 'strings',
  approved_by_usernames: 'strings',
  approved: ['yes', 'no'],
  merge_user_id: 'integer',
  merge_user_username: 'string',
  milestone: 'string',
  labels: 'string',
  my_reaction_emoji: 'string',
  source_branch: 'string',
  source_project_id: 'integer',
  target_branch: 'string',
  search: 'string',
  in: 'string',
  wip: ['yes', 'no'],
  draft: 'boolean',
} as const;

const BRANCHES = { ...KEYSET, search: 'string', regex: 'string', sort: ['name_asc', 'updated_asc', 'updated_desc'], page_token: 'string' } as const;
const TAGS = { ...PAGING, search: 'string', order_by: ['name', 'updated', 'version'], sort: SORT, pagination: ['keyset'], page_token: 'string' } as const;
const PROJECT = { license: 'boolean', statistics: 'boolean', with_custom_attributes: 'boolean' } as const;

const EVENT_ACTIONS = ['approved', 'closed', 'commented', 'created', 'destroyed', 'expired', 'joined', 'left', 'merged', 'pushed', 'reopened', 'updated'];
const EVENT_TARGETS = ['design', 'epic', 'issue', 'merge_request', 'milestone', 'note', 'project', 'snippet', 'user', 'wiki'];
/** https://docs.gitlab.com/api/events/ */
const EVENTS = { ...PAGING, action: EVENT_ACTIONS, target_type: EVENT_TARGETS, before: 'date', after: 'date', sort: SORT } as const;

/** What GitLab's documentation lets the query of each route have. */
export const PARAMETERS = {
  'GET /version': {},
  'GET /metadata': {},
  'GET /user': {},
  'GET /job': {},
  'GET /personal_access_tokens/self': {},
  'GET /users': {
    ...PAGING,
    username: 'string',
    search: 'string',
    active: 'boolean',
    blocked: 'boolean',
    humans: 'boolean',
    order_by: ['id', 'name', 'username', 'created_at', 'updated_at'],
    sort: SORT,
    pagination: ['keyset'],
    cursor: 'string',
  },
  'GET /users/:user_id/projects': PROJECTS,
  'GET /groups/:id': { with_custom_attributes: 'boolean', with_projects: 'boolean' },
  'GET /groups/:id/projects': GROUP_PROJECTS,
  'GET /groups/:id/subgroups': GROUP_LIST,
  'GET /groups/:id/descendant_groups': GROUP_LIST,
  'GET /groups/:id/merge_requests': { ...MERGE_REQUESTS, non_archived: 'boolean' },
  'GET /projects': PROJECTS,
  'GET /projects/:id': PROJECT,
  'GET /projects/:id/events': EVENTS,
  'GET /projects/:id/merge_requests': { ...MERGE_REQUESTS, iids: 'integers' },
  'GET /projects/:id/merge_requests/:merge_request_iid': {
    include_diverged_commits_count: 'boolean',
    include_rebase_in_progress: 'boolean',
    render_html: 'boolean',
  },
  'GET /projects/:id/merge_requests/:merge_request_iid/approvals': {},
  'GET /projects/:id/merge_requests/:merge_request_iid/approval_state': {},
  'GET /projects/:id/merge_requests/:merge_request_iid/notes': {
    ...PAGING,
    order_by: ['created_at', 'updated_at'],
    sort: SORT,
    activity_filter: ['all_notes', 'only_comments', 'only_activity'],
  },
  'GET /projects/:id/merge_requests/:merge_request_iid/diffs': { ...PAGING, unidiff: 'boolean' },
  'GET /projects/:id/merge_requests/:merge_request_iid/changes': { access_raw_diffs: 'boolean', unidiff: 'boolean' },
  'GET /projects/:id/merge_requests/:merge_request_iid/commits': PAGING,
  'GET /projects/:id/repository/branches': BRANCHES,
  'GET /projects/:id/repository/tags': TAGS,
} as const satisfies Record<string, Parameters>;

export type Route = keyof typeof PARAMETERS;

const FORMS: Record<Exclude<Check, readonly string[]>, RegExp> = {
  string: /^/,
  strings: /^/,
  integer: /^-?\d+$/,
  integers: /^\d+(,\d+)*$/,
  boolean: /^(true|false|t|f|1|0|yes|no|on|off)$/i,
  // Anything that Ruby reads as a time is taken; the documentation asks for ISO 8601.
  datetime: /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  userIdOrAny: /^(\d+|None|Any)$/i,
};

/** What is wrong with a query. `refused` is what GitLab answers with status 400; all else it overlooks. */
export function queryProblems(route: Route, query: URLSearchParams, params: Record<string, string>): { overlooked: string[]; refused: string[] } {
  const known: Parameters = PARAMETERS[route];
  const overlooked: string[] = [];
  const refused: string[] = [];
  for (const name of new Set(query.keys())) {
    const plain = name.replace(/\[\]$/, '');
    const check = known[plain];
    const values = query.getAll(name);
    // Link headers repeat the parameters of the path.
    if (params[name] !== undefined && values.every((value) => value === params[name])) continue;
    if (/^(private_token|access_token|job_token)$/.test(name)) overlooked.push(`a token in the query: ${name}`);
    else if (!check) overlooked.push(`no parameter ${name}`);
    else if (plain !== name && check !== 'strings' && check !== 'integers') overlooked.push(`${plain} is no list`);
    else if (plain === name && values.length > 1) overlooked.push(`${name} is there ${values.length} times`);
    else if (typeof check !== 'string' && !values.every((value) => check.includes(value))) refused.push(`${plain} does not have a valid value`);
    else if (typeof check === 'string' && !values.every((value) => FORMS[check].test(value))) refused.push(`${plain} is invalid`);
  }
  const size = Number(query.get('per_page') ?? 20);
  if (size === 0) refused.push('per_page has a value not allowed');
  if (size > 100) overlooked.push(`per_page=${size}: 100 at most`);
  if (query.get('pagination') === 'keyset' && 'id_after' in known && !(query.get('order_by') && query.get('sort'))) {
    overlooked.push('keyset pagination without order_by and sort');
  }
  return { overlooked, refused };
}
