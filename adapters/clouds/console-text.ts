/** The end of a console is what tells: cloud-init's last lines, and why the machine has switched itself off. */
const KEPT_CHARACTERS = 4_000;

/** Escape sequences and control characters, but for tabs and ends of lines: an operator's terminal must not obey them. */
const UNPRINTABLE = /\p{Cc}\[[0-9;?]*[A-Za-z]|(?![\t\n])\p{Cc}/gu;

/** What of a console's text is shown; undefined if it says nothing. */
export const consoleText = (text: string): string | undefined => {
  const readable = text.replace(UNPRINTABLE, '').trim().slice(-KEPT_CHARACTERS);
  return readable === '' ? undefined : readable;
};
