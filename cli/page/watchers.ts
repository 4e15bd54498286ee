import type { ServerResponse } from 'node:http';
import { type Changes, changesSince, type Sent } from './changes.ts';
import type { View } from './view.ts';

/** A watcher that does not read gets no more than this many bytes to keep for it. */
const MOST_BACKLOG_BYTES = 16 * 1024 * 1024;

const NOTHING: Sent = new Map();

const message = (changes: Changes, isWhole: boolean): string =>
  `${isWhole ? 'event: whole\n' : ''}data: ${JSON.stringify(changes)}\n\n`;

interface Watcher {
  readonly response: ServerResponse;
  behind: boolean;
  /** It has been sent everything once. */
  begun: boolean;
}

/**
 * Those who watch one range of time by server-sent events. A new one is sent everything, then what changes; one that falls far
 * behind misses messages until it reads again, and is then sent everything once more.
 */
export const watchers = (mostBacklogBytes = MOST_BACKLOG_BYTES) => {
  const watching = new Set<Watcher>();
  let last: View | undefined;
  let sent = NOTHING;

  const everything = (): string | undefined => {
    const { changes } = last === undefined ? { changes: undefined } : changesSince(NOTHING, last);
    return changes && message(changes, true);
  };

  const send = (watcher: Watcher, text: string | undefined): void => {
    if (watcher.behind || text === undefined) return;
    const { response } = watcher;
    if (response.writableLength <= mostBacklogBytes) {
      watcher.begun = true;
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
      const watcher: Watcher = { response, behind: false, begun: false };
      watching.add(watcher);
      response.once('close', () => watching.delete(watcher));
      response.flushHeaders();
      send(watcher, everything());
    },
    get isWatched(): boolean {
      return watching.size > 0;
    },
    show(view: View): void {
      last = view;
      const { changes, sent: now } = changesSince(sent, view);
      sent = now;
      if (changes === undefined) return;
      const text = message(changes, false);
      for (const watcher of watching) send(watcher, watcher.begun ? text : everything());
    },
    /** Ends every stream; fulfilled when those who read have been sent the rest. */
    async end(): Promise<void> {
      const ending = [...watching].map(
        ({ response }) =>
          new Promise<void>((resolve) => {
            if (response.writableEnded) return resolve();
            response.once('close', resolve);
            response.end('event: end\ndata: {}\n\n', () => resolve());
          }),
      );
      await Promise.all(ending);
    },
  };
};
