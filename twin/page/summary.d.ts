export interface SummaryTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
export declare const summaryTables: (summary: Readonly<Record<string, unknown>>) => readonly SummaryTable[];
