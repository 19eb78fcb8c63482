import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** The worker that reads git folders runs no workflows, which is as it should be. */
const EXPECTED = 'No workflows registered, not polling for workflow tasks';

/** Sends what the Temporal SDK has to say to our log. Once per process, before anything connects. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (message === EXPECTED) return;
      const { error, ...rest } = meta ?? {};
      const reason = error instanceof Error ? { reason: error.message } : {};
      logger[level === 'ERROR' ? 'error' : 'warn']({ ...rest, ...reason }, message);
    }),
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
    // The command decides what a signal means.
    shutdownSignals: [],
  });
}
