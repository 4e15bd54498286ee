import type { PilotFacts } from './step.ts';

export interface Chain {
  readonly text: string;
  run(
    facts: PilotFacts,
  ):
    | { readonly ok: true; readonly n: number; readonly why: readonly string[] }
    | { readonly ok: false; readonly why: string };
}
export const parseChain = (
  text: string,
): { readonly ok: true; readonly chain: Chain } | { readonly ok: false; readonly why: string } => ({
  ok: false,
  why: `no chain yet: ${text}`,
});
