import type { AtOnce } from './maps.ts';

/** Puts waiting before what answers at once; `before` is done first at every call, and may throw. */
const later = (part: unknown, before: () => void): unknown =>
  typeof part === 'function'
    ? async (...asked: readonly unknown[]) => {
        before();
        return Reflect.apply(part, undefined, asked);
      }
    : Object.fromEntries(Object.entries(part ?? {}).map(([name, of]) => [name, later(of, before)]));

/** A port that is waited for, over one whose answers are there at once. */
export const waitedFor = <P extends object>(port: AtOnce<P>, before: () => void = () => {}): P =>
  later(port, before) as P;
