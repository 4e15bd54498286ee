import type { Finding, Level } from './finding.ts';

/** Every level. */
export const LEVELS = ['ok', 'warn', 'FAIL', 'skip'] as const satisfies readonly Level[];
const KIND_COLUMNS = 17;

/** What comes from servers must not move a terminal's cursor. */
const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

const lineOf = ({ level, kind, text, fix }: Finding): string => {
  const line = `${level.padEnd(4)}  ${kind.padEnd(KIND_COLUMNS)}  ${plain(text)}`;
  return fix === undefined ? line : `${line}\n${' '.repeat(6)}fix: ${plain(fix)}`;
};

/** One line for all that could not be looked at for the same reason. */
const skipLine = (skipped: readonly Finding[]): string =>
  `skip  ${skipped.map(({ kind }) => kind).join(', ')}: ${plain(skipped[0]?.text ?? '')}`;

const sameReason = (findings: readonly Finding[]): readonly (readonly Finding[])[] => [
  ...Map.groupBy(findings, ({ text }) => text).values(),
];

const isSkip = ({ level }: Finding): boolean => level === 'skip';
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The lines of findings; what was skipped is told at the end. */
export const linesOf = (findings: readonly Finding[]): string =>
  joined(findings.filter((finding) => !isSkip(finding)).map(lineOf));

/** The lines of all that was skipped, one for each reason. */
export const skipLinesOf = (findings: readonly Finding[]): string =>
  joined(sameReason(findings.filter(isSkip)).map(skipLine));

/** How many findings there are of each level. */
export const countsOf = (findings: readonly Finding[]): Readonly<Record<Level, number>> => {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return { ok: count('ok'), warn: count('warn'), FAIL: count('FAIL'), skip: count('skip') };
};

export const summaryOf = (findings: readonly Finding[]): string => {
  const counts = countsOf(findings);
  return `${LEVELS.map((level) => `${counts[level]} ${level}`).join(', ')}\n`;
};
