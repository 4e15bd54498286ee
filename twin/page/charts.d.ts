import type { QueueSample, Sample } from '../report/sample.ts';
import type { Layer } from './plot.js';

export type Facts = Omit<QueueSample, 'queue'>;

export declare const facts: (sample: Sample, queue: string | undefined) => Facts;
export declare const charts: (rows: readonly Facts[]) => readonly {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly layers: readonly Layer[];
  readonly legend: readonly (readonly [name: string, tone: string, value: (row: Facts) => number])[];
}[];
