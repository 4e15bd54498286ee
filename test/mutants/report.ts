import type { Equivalent } from './equivalents.ts';
import type { Mutant } from './mutant.ts';
import { scoreOf } from './verdict.ts';

const SHOWN = 100;
const short = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/** One change that was missed. */
export const missedLine = ({ file, line, mutator, code, becomes, fate }: Mutant): string =>
  `${file}:${line} ${fate}, ${mutator}: ${short(code)} → ${short(becomes)}`;

const COLUMNS = ['score', 'killed', 'late', 'missed', 'equal', 'invalid'] as const;
const WIDTH = 8;

const row = (name: string, cells: readonly (string | number)[]): string =>
  [...cells.map((cell) => String(cell).padStart(WIDTH)), name].join('  ');

const scoreRow = (name: string, mutants: readonly Mutant[], equivalents: readonly Equivalent[]): string => {
  const { percent, killed, late, missed, equivalent, invalid } = scoreOf(mutants, equivalents);
  return row(name, [percent.toFixed(1), killed, late, missed.length, equivalent, invalid]);
};

/** A table of files, with the whole in its last row. */
export const report = (
  name: string,
  mutants: readonly Mutant[],
  equivalents: readonly Equivalent[],
): string => {
  const files = [...new Set(mutants.map(({ file }) => file))].sort();
  return [
    row('', COLUMNS),
    ...files.map((file) =>
      scoreRow(
        file,
        mutants.filter((mutant) => mutant.file === file),
        equivalents,
      ),
    ),
    scoreRow(name, mutants, equivalents),
  ].join('\n');
};
