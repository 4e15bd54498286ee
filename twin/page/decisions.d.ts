import type { Told } from '../report/sample.ts';

export interface ToldGroup extends Told {
  readonly sinceSeconds: number;
  readonly times: number;
}
export declare const grouped: (
  told: readonly Told[],
  wanted?: (told: Told) => boolean,
) => readonly ToldGroup[];
