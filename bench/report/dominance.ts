import type { Row, Table } from './suite.ts';
import { nameOf } from './terminal.ts';

/** A row that no change of aerie's can change. */
export const isPeer = ({ policy }: Row): boolean => !policy.startsWith('aerie');

/** What nobody can have is no rival. */
const isRival = (row: Row): boolean => isPeer(row) && !/ideal|clairvoyant/.test(row.policy);

/** Whether a policy pays less and waits less than another on the same load. */
export const beats = (a: Row, b: Row): boolean =>
  a.figures.cost < b.figures.cost && a.figures.waitMeanSeconds < b.figures.waitMeanSeconds;

/** For each of aerie's rows of a load, the peers that pay less and wait less, in a sentence. */
export const rivals = ({ rows }: Table): readonly string[] =>
  rows
    .filter(({ policy }) => policy.startsWith('aerie'))
    .map((own) => {
      const ahead = rows.filter((row) => isRival(row) && beats(row, own)).map(nameOf);
      return ahead.length === 0
        ? `${nameOf(own)}: no peer pays less and waits less.`
        : `${nameOf(own)}: less is paid and waited by ${ahead.join('; ')}.`;
    });
