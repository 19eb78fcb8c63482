import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { FatalError } from '../model/errors.ts';
import { SEARCH_ATTRIBUTES } from '../model/workflow-ids.ts';

/**
 * Registers missing search attributes in a namespace. Without them workflow tasks would be retried forever.
 * @throws FatalError with the command that registers them if this connection has no permission.
 */
export async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = SEARCH_ATTRIBUTES.filter((name) => !Object.hasOwn(customAttributes ?? {}, name));
    if (missing.length === 0) return;
    const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const words = SEARCH_ATTRIBUTES.map((name) => `--name ${name} --type Keyword`).join(' ');
    throw new FatalError(
      `the search attributes of namespace '${namespace}' can't be checked (${reason}); register them with: temporal operator search-attribute create --namespace ${namespace} ${words}`,
    );
  }
}
