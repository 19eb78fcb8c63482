const known = new Set<string>();

/**
 * Notes that a service responded as expected. From then on its address is known to be right, and an unexpected response,
 * or none, is a transient network failure.
 */
export function markVerified(url: string): void {
  known.add(new URL(url).origin);
}

/** Whether the service at this address has responded as expected since the process started. */
export function isVerified(url: string): boolean {
  return known.has(new URL(url).origin);
}
