import type { ToldDecision } from '../report/sample.ts';

export interface ToldGroup extends ToldDecision {
  readonly sinceSeconds: number;
  readonly times: number;
}
export declare const ownerOf: (told: Pick<ToldDecision, 'of' | 'whose'>) => string;
export declare const grouped: (
  told: readonly ToldDecision[],
  wanted?: (told: ToldDecision) => boolean,
) => readonly ToldGroup[];
