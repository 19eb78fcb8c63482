import { FatalError } from '../model/errors.ts';
import { ENDING_SIGNALS, isHandled } from './signals.ts';

/**
 * Runs work that must not outlive this process, such as a long build in its own process group.
 * @param work Gets a signal that aborts when `outer` does and when this process is told to end. After it
 *   has settled, a signal that nothing else handles ends the process as usual.
 */
export async function interruptible<T>(outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let ending: NodeJS.Signals | undefined;
  const listeners = ENDING_SIGNALS.map((name) => {
    const alone = !isHandled(name);
    const listener = (): void => {
      if (alone) ending = name;
      controller.abort(new FatalError(`interrupted by ${name}`));
    };
    process.on(name, listener);
    return () => process.removeListener(name, listener);
  });
  try {
    return await work(outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]));
  } finally {
    for (const remove of listeners) remove();
    if (ending !== undefined) process.kill(process.pid, ending);
  }
}
