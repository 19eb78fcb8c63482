import type { NativeConnection } from '@temporalio/worker';

/** gRPC status code, https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;

/**
 * Id that a namespace was given when it was registered: no two servers' namespaces have the same.
 * @returns the namespace's name where the connection may work in it and not look at it.
 */
export async function namespaceId({ workflowService }: NativeConnection, namespace: string): Promise<string> {
  try {
    const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
    return namespaceInfo?.id || encodeURIComponent(namespace);
  } catch (error) {
    if ((error as { code?: number }).code !== PERMISSION_DENIED) throw error;
    return encodeURIComponent(namespace);
  }
}
