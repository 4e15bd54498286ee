/** What is known of a stage: each part by the names of its things. */
export const emptyParts = () => ({
  head: new Map(),
  queues: new Map(),
  fleets: new Map(),
  machines: new Map(),
  events: new Map(),
});

/** Takes changes in; answers which parts are others now. */
export const take = (parts, changes) => {
  for (const [part, { set, gone }] of Object.entries(changes)) {
    for (const name of gone) parts[part].delete(name);
    for (const [name, thing] of Object.entries(set)) parts[part].set(name, thing);
  }
  return Object.keys(changes);
};

/** Takes everything in: what is not among it is gone. */
export const takeWhole = (parts, changes) => {
  for (const part of Object.keys(parts)) parts[part].clear();
  take(parts, changes);
  return Object.keys(parts);
};
