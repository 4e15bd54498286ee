type Changes = Readonly<
  Record<string, { readonly set: Readonly<Record<string, unknown>>; readonly gone: readonly string[] }>
>;

type Parts = Readonly<
  Record<'head' | 'queues' | 'fleets' | 'machines' | 'events', ReadonlyMap<string, unknown>>
>;
export declare const emptyParts: () => Parts;
export declare const take: (parts: Parts, changes: Changes) => readonly string[];
export declare const takeWhole: (parts: Parts, changes: Changes) => readonly string[];
