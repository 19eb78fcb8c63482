const known = new Set<string>();

/**
 * Notes that a service answered as it should. From then on its address is right, and an answer of something else, or
 * none at all, is a trouble of the network that passes.
 */
export function markVerified(url: string): void {
  known.add(new URL(url).origin);
}

/** Whether the service at this address has answered as it should since the process began. */
export function isVerified(url: string): boolean {
  return known.has(new URL(url).origin);
}
