type Machine = readonly [
  fleet: string,
  flavour: string,
  zone: string,
  market: string,
  state: string,
  since: number,
];

type Named = readonly [id: string, machine: Machine];
export declare const STATES: readonly (readonly [state: string, word: string])[];
export declare const grouped: (machines: readonly Named[]) => readonly {
  readonly key: string;
  readonly fleet: string;
  readonly flavour: string;
  readonly zone: string;
  readonly market: string;
  readonly machines: readonly Named[];
}[];
export declare const countsOf: (
  machines: readonly Named[],
) => readonly (readonly [state: string, word: string, count: number])[];
export declare const stepFrom: (
  index: number,
  key: string,
  box: { readonly count: number; readonly columns: number },
) => number | undefined;
