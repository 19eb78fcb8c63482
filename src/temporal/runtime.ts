import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** A warning about the worker that reads git folders, which has no workflows on purpose. */
const EXPECTED_WARNING = 'No workflows registered, not polling for workflow tasks';

/** Redirects the log of the Temporal SDK to ours. Call it once per process, before connecting. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (message === EXPECTED_WARNING) return;
      const { error, ...rest } = meta ?? {};
      const reason = error instanceof Error ? { reason: error.message } : {};
      logger[level === 'ERROR' ? 'error' : 'warn']({ ...rest, ...reason }, message);
    }),
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
    // The command handles signals itself.
    shutdownSignals: [],
  });
}
