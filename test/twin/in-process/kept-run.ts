import { fromColumns, toColumns } from '../../../adapters/ledger/columns.ts';
import { type Decision, whose } from '../../../core/model/decision.ts';
import type { TickInputs } from '../../../core/replay/inputs.ts';
import { memoryBooks } from '../../../twin/in-process/books.ts';
import { inProcess } from '../../../twin/in-process/sandbox.ts';
import { runScenario } from '../../../twin/run/run.ts';
import type { Scenario } from '../../../twin/scenario/schema.ts';
import type { Summary } from '../../../twin/summary/summary.ts';

/** A run with what its ticks decided on. */
export interface KeptRun {
  readonly summary: Summary;
  /** As they come back from where they are kept. */
  readonly inputs: readonly TickInputs[];
  /** What was written down, by whose it is and its moment. */
  readonly decisions: ReadonlyMap<string, Decision>;
}

export const keyOf = (decision: Decision): string => `${decision.of} ${whose(decision)} ${decision.at}`;

/** Plays a scenario in this process and keeps what every tick decided on. */
export const keptRun = async (
  scenario: Scenario,
  { seed = 1, hours }: { readonly seed?: number; readonly hours?: number } = {},
): Promise<KeptRun> => {
  const inputs: TickInputs[] = [];
  const decisions = new Map<string, Decision>();
  const openSandbox = inProcess((outage) => {
    const books = memoryBooks(outage, {
      async keep(of) {
        inputs.push(fromColumns(toColumns(of)) as TickInputs);
        return 'kept';
      },
    });
    const book = books.ledger();
    const keep = async (decision: Decision) => {
      const kept = await book.decisions.keep(decision);
      decisions.set(keyOf(kept), kept);
      return kept;
    };
    return { ...books, ledger: () => ({ ...book, decisions: { keep } }) };
  });
  const summary = await runScenario(scenario, { seed, hours, openSandbox });
  if (summary === undefined) throw new Error('the run was aborted');
  return { summary, inputs, decisions };
};
