import type { Shown } from '../report/sample.ts';

export interface Layer {
  readonly kind: 'area' | 'line' | 'limit';
  /** What it means; the style sheet gives it a colour. */
  readonly tone: 'useful' | 'waiting' | 'leaving' | 'asleep' | 'paid' | 'waste' | 'cap';
  /** Lower edge of an area; the axis if left out. */
  readonly from?: readonly number[];
  readonly to: readonly number[];
}
export interface Chart {
  readonly label: string;
  /** px */
  readonly width: number;
  readonly height: number;
  readonly toSeconds: number;
  readonly times: readonly number[];
  readonly layers: readonly Layer[];
  readonly faults: Extract<Shown, { readonly kind: 'opening' }>['faults'];
}
export declare const MARGIN: {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};
export declare const columns: (xs: readonly number[], heights: readonly number[]) => readonly number[];
export declare const timeScale: (width: number, toSeconds: number) => (seconds: number) => number;
export declare const plot: (chart: Chart) => string;
