type Series = readonly (number | null)[];
interface Box {
  readonly width: number;
  readonly height: number;
}
export declare const topOf: (...series: readonly Series[]) => number;
export declare const stacked: (lower: Series, upper: Series) => Series;
export declare const linePath: (values: Series, top: number, box: Box) => string;
export declare const areaPath: (values: Series, top: number, box: Box) => string;
export declare const bandsOf: (
  spans: readonly { readonly from: number; readonly to?: number }[],
  head: { readonly from: number; readonly stepSeconds: number; readonly at: number },
  steps: number,
  width: number,
) => readonly (readonly [x: number, width: number])[];
