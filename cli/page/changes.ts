import type { View } from './view.ts';

/** What makes one view of another: for each part, what is new or other by its name, and which names are gone. */
export interface Changes {
  readonly [part: string]: {
    readonly set: Readonly<Record<string, unknown>>;
    readonly gone: readonly string[];
  };
}

/** What watchers have been sent: each thing as its text. */
export type Sent = ReadonlyMap<string, ReadonlyMap<string, string>>;

const PARTS = ['head', 'queues', 'fleets', 'machines', 'events'] as const;

/** What of a view watchers have not been sent yet; undefined: nothing. */
export const changesSince = (
  sent: Sent,
  view: View,
): { readonly changes: Changes | undefined; readonly sent: Sent } => {
  const now = new Map<string, ReadonlyMap<string, string>>();
  const changes: Record<string, Changes[string]> = {};
  for (const part of PARTS) {
    const things: Readonly<Record<string, unknown>> = view[part];
    const before = sent.get(part) ?? new Map<string, string>();
    const texts = new Map(Object.entries(things).map(([name, thing]) => [name, JSON.stringify(thing)]));
    const set = Object.entries(things).filter(([name]) => texts.get(name) !== before.get(name));
    const gone = [...before.keys()].filter((name) => !texts.has(name));
    if (set.length > 0 || gone.length > 0) changes[part] = { set: Object.fromEntries(set), gone };
    now.set(part, texts);
  }
  return { changes: Object.keys(changes).length === 0 ? undefined : changes, sent: now };
};
