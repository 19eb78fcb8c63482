import { HostRefusal } from '../../../http/errors.ts';
import { nullIfTooLarge } from '../../../http/refused.ts';
import { groupsOf } from '../../../model/groups.ts';
import type { ListedRepository } from '../../../model/repository.ts';
import type { GitLab, GitLabRest } from '../api.ts';
import { FEW, PAGE } from '../paging.ts';
import type { DiffSides } from './diffs.ts';
import type { ApiApproval, ApiDetails, ApiMergeRequest } from './rows.ts';

type ApiDiffRefs = { base_sha?: string | null; head_sha?: string | null };

const HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Merge requests are switched off for the project. */
export class SwitchedOff extends Error {
  override name = 'SwitchedOff';
}

/** The merge requests of one project. All calls throw what the API throws, and {@link SwitchedOff}. */
export class MergeRequestService {
  readonly #rest: GitLabRest;
  readonly #projectId: string;

  constructor(gitlab: GitLab, { hosted, name }: ListedRepository, signal: AbortSignal) {
    this.#rest = gitlab.rest(signal);
    this.#projectId = hosted?.providerId ?? name;
  }

  /**
   * Merge requests by their time of change, the oldest change first.
   * @param updatedAfter Those changed at this very time count; null for all.
   * @throws AnswerTooLarge
   * @see https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
   */
  async page(updatedAfter: string | null, page: number, perPage: number): Promise<{ rows: ApiMergeRequest[]; more: boolean }> {
    const options = {
      ...({ projectId: this.#projectId, scope: 'all', orderBy: 'updated_at', sort: 'asc', perPage, maxPages: 1, showExpanded: true, page } as const),
      ...(updatedAfter === null ? {} : { updatedAfter }),
    };
    const answer = await this.#unlessOff(this.#rest.mergeRequests.all(options));
    const rows = answer.data as unknown as ApiMergeRequest[];
    return { rows, more: answer.paginationInfo.next !== null || rows.length === perPage };
  }

  /** Those of the numbers that there are. */
  async byNumbers(numbers: readonly number[]): Promise<ApiMergeRequest[]> {
    const found: ApiMergeRequest[] = [];
    for (const iids of groupsOf(numbers, PAGE)) {
      const all = await nullIfTooLarge(this.#byFewNumbers(iids));
      if (all !== null) found.push(...all);
      else for (const fewer of groupsOf(iids, FEW)) found.push(...(await this.#byFewNumbers(fewer)));
    }
    return found;
  }

  async #byFewNumbers(iids: number[]): Promise<ApiMergeRequest[]> {
    const options = { projectId: this.#projectId, scope: 'all', iids, perPage: PAGE, maxPages: 1, showExpanded: true, page: 1 } as const;
    return (await this.#unlessOff(this.#rest.mergeRequests.all(options))).data as unknown as ApiMergeRequest[];
  }

  /** Asks for the project, to tell whether GitLab answers. */
  async checkAnswering(): Promise<void> {
    await this.#rest.projects.show(this.#projectId);
  }

  /**
   * What a list doesn't tell: approvals, one for each who approved, and when the first comment was written. One request,
   * and one more where there are comments.
   * @returns null if the merge request has gone meanwhile.
   */
  async details({ iid, user_notes_count = 0 }: ApiMergeRequest): Promise<ApiDetails | null> {
    const answer = await this.#unlessGone(iid, this.#rest.approvals.showConfiguration(this.#projectId, { mergerequestIId: iid }));
    if (answer === undefined) return null;
    const { approved_by = [] } = answer as unknown as { approved_by?: ApiApproval[] };
    return { approvals: approved_by, firstCommentAt: user_notes_count > 0 ? await this.#firstCommentAt(iid) : null };
  }

  /**
   * The commits that a merge request's diff lies between, which no list tells. The clone can't tell them either: the
   * target may have moved since GitLab made the diff, and with it their merge base. One request.
   * @returns null if there is no diff.
   * @see https://docs.gitlab.com/api/merge_requests/#retrieve-a-merge-request
   */
  async sides({ iid }: ApiMergeRequest): Promise<DiffSides | null> {
    const answer = await this.#unlessGone(iid, this.#rest.mergeRequests.show(this.#projectId, iid));
    const { base_sha: base, head_sha: head } = (answer as unknown as { diff_refs?: ApiDiffRefs | null } | undefined)?.diff_refs ?? {};
    // They become words of git commands.
    return HASH.test(base ?? '') && HASH.test(head ?? '') ? { number: iid, base: String(base), head: String(head) } : null;
  }

  /** @see https://docs.gitlab.com/api/notes/#list-all-merge-request-notes */
  async #firstCommentAt(iid: number): Promise<string | null> {
    const options = { sort: 'asc', orderBy: 'created_at', activityFilter: 'only_comments', perPage: 1, maxPages: 1, showExpanded: true, page: 1 } as const;
    const answer = await this.#unlessGone(iid, this.#rest.notes.all(this.#projectId, iid, options));
    return answer?.data[0]?.created_at ?? null;
  }

  /**
   * An answer about a merge request, or undefined if it has gone meanwhile. One that was switched off with all others
   * meanwhile is refused like that too, and is there again when they're on.
   */
  async #unlessGone<T>(iid: number, answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof HostRefusal && [403, 404].includes(error.status))) throw error;
      if ((await this.byNumbers([iid])).length > 0) throw error;
      return undefined;
    }
  }

  /** @throws SwitchedOff if that's why an answer is a refusal. */
  async #unlessOff<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof HostRefusal && error.status === 403)) throw error;
      const project = (await this.#rest.projects.show(this.#projectId)) as unknown as { merge_requests_access_level?: string };
      if (project.merge_requests_access_level !== 'disabled') throw error;
      throw new SwitchedOff();
    }
  }
}
