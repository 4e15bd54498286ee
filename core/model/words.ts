/**
 * Enough for a sentence and what it quotes. A decision is one item of the ledger, which holds 400 kB, and a log line is read
 * by people.
 */
const LONGEST = 400;

const BREAKS = /[\p{Cc}\s]+/gu;

/**
 * The beginning of what somebody outside has said, on one line: fit for a reason, the ledger and a log. Every text that
 * aerie did not write goes through this before a decision carries it.
 */
export const cut = (text: string): string => {
  const line = text
    .slice(0, 4 * LONGEST)
    .replace(BREAKS, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
