import type { Kind } from './kinds.ts';

/** `ok` and `FAIL` are facts; `warn` works for now, or could not be found out; `skip` cannot be looked at yet. */
export type Level = 'ok' | 'warn' | 'FAIL' | 'skip';

/** What one check has found. */
export interface Finding {
  readonly kind: Kind;
  readonly level: Level;
  readonly text: string;
  /** What mends it: a command, or what to write where. */
  readonly fix?: string;
}

export const ok = (kind: Kind, text: string): Finding => ({ kind, level: 'ok', text });
export const warn = (kind: Kind, text: string, fix?: string): Finding => ({
  kind,
  level: 'warn',
  text,
  ...(fix === undefined ? {} : { fix }),
});
export const fail = (kind: Kind, text: string, fix: string): Finding => ({ kind, level: 'FAIL', text, fix });
export const skip = (kind: Kind, why: string): Finding => ({ kind, level: 'skip', text: why });

/** The same finding as `FAIL` where it stops a stage that is active, and as `warn` where it does not yet. */
export const failIf = (serious: boolean, kind: Kind, text: string, fix: string): Finding =>
  serious ? fail(kind, text, fix) : warn(kind, text, fix);
