import type { Row, Table } from './suite.ts';
import { nameOf } from './terminal.ts';

/** What nobody can have is no rival. */
const isRival = ({ policy }: Row): boolean => !/^aerie|ideal|clairvoyant/.test(policy);

/** Whether a policy pays less and waits less than another on the same load. */
export const beats = (a: Row, b: Row): boolean =>
  a.figures.cost < b.figures.cost && a.figures.waitMeanSeconds < b.figures.waitMeanSeconds;

/** For each of aerie's rows of a load that peers were played on, the peers that pay less and wait less, in a sentence. */
export const rivals = ({ rows }: Table): readonly string[] => {
  const peers = rows.filter(isRival);
  if (peers.length === 0) return [];
  return rows
    .filter(({ policy }) => policy.startsWith('aerie'))
    .map((own) => {
      const ahead = peers.filter((row) => beats(row, own)).map(nameOf);
      return ahead.length === 0
        ? `${nameOf(own)}: no peer pays less and waits less.`
        : `${nameOf(own)}: less is paid and waited by ${ahead.join('; ')}.`;
    });
};
