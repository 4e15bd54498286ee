const LONGEST = 160;

/** The beginning of what somebody sent, on one line, fit for a reason or a log. */
export const excerpt = (text: string): string => {
  const line = text
    .slice(0, 4 * LONGEST)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (line === '') return '(nothing)';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
