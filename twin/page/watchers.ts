import type { ServerResponse } from 'node:http';
import type { Shown } from '../report/sample.ts';
import { emptyHistory, record, replay } from './history.js';

/** A watcher that does not read gets no more than this many bytes to keep for it. */
const MOST_BACKLOG_BYTES = 32 * 1024 * 1024;

const message = (shown: Shown): string => `data: ${JSON.stringify(shown)}\n\n`;

interface Watcher {
  readonly response: ServerResponse;
  behind: boolean;
}

/**
 * Those who watch a run by server-sent events. A late one gets everything from the start; one that falls far behind
 * misses messages until it reads again, and is then sent everything from the start as well.
 */
export const watchers = (mostBacklogBytes = MOST_BACKLOG_BYTES) => {
  const history = emptyHistory();
  const watching = new Set<Watcher>();

  const everything = (): string =>
    replay(history).map(message).join('') + `event: holds\ndata: ${JSON.stringify(history.holds)}\n\n`;

  const send = (watcher: Watcher, text: string): void => {
    if (watcher.behind) return;
    const { response } = watcher;
    if (response.writableLength <= mostBacklogBytes) {
      response.write(text);
      return;
    }
    watcher.behind = true;
    response.once('drain', () => {
      watcher.behind = false;
      send(watcher, everything());
    });
  };

  return {
    watch(response: ServerResponse): void {
      const watcher: Watcher = { response, behind: false };
      watching.add(watcher);
      response.once('close', () => watching.delete(watcher));
      response.flushHeaders();
      if (history.opening !== undefined) send(watcher, everything());
    },
    show(shown: Shown): void {
      record(history, shown);
      const text = message(shown);
      for (const watcher of watching) send(watcher, text);
    },
    /** Ends every stream; fulfilled when those who read have been sent the rest. */
    async end(): Promise<void> {
      const ending = [...watching].map(
        ({ response }) =>
          new Promise<void>((resolve) => {
            response.once('close', resolve);
            response.end(resolve);
          }),
      );
      await Promise.all(ending);
    },
  };
};
