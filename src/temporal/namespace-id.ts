import type { NativeConnection } from '@temporalio/worker';

/** gRPC status code, https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;

/**
 * Returns the id that a namespace got when it was registered, which is unique over all servers.
 * @returns the name of the namespace if the connection has no permission to describe it.
 */
export async function readNamespaceId({ workflowService }: NativeConnection, namespace: string): Promise<string> {
  try {
    const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
    return namespaceInfo?.id || encodeURIComponent(namespace);
  } catch (error) {
    if ((error as { code?: number }).code !== PERMISSION_DENIED) throw error;
    return encodeURIComponent(namespace);
  }
}
