import type * as z from 'zod';

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** What a schema's parse answers with, for reading only: the type of a record whose shape is written once. */
export type Parsed<S extends z.ZodType> = Frozen<z.output<S>>;
