import type { FleetSample, QueueSample, Sample } from '../report/sample.ts';
import type { Layer } from './plot.js';

/** A queue, or a fleet. */
export interface Who {
  readonly of: 'queue' | 'fleet';
  readonly name: string;
}

export type Facts = Omit<QueueSample, 'queue'> & Omit<Required<FleetSample>, 'fleet' | 'coresClaimed'>;

export declare const facts: (sample: Sample, who: Who | undefined) => Facts;
export declare const charts: (
  rows: readonly Facts[],
  who: Who | undefined,
) => readonly {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly layers: readonly Layer[];
  readonly legend: readonly (readonly [name: string, tone: string, value: (row: Facts) => number])[];
}[];
