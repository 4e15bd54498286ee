/** Where lines go: a stream that keeps what its reader has not taken yet. */
interface Out {
  /** So much of it waits, in characters or bytes. */
  readonly writableLength: number;
  write(text: string): unknown;
}

/** Some thousand lines. A reader that is so far behind hangs, or its disk does. */
const MOST_WAITING = 1_000_000;

/**
 * A log that keeps nobody waiting, however slow its reader is: what does not fit any more is lost, and counted. Nor does it
 * end anything: a line that cannot be written, because a disk is full or nobody reads any more, is lost too.
 */
export const patientLog = (out: Out, mostWaiting = MOST_WAITING) => {
  let lost = 0;
  const tryTo = (line: string) => {
    try {
      out.write(line);
    } catch {
      // There is nowhere left to say it.
    }
  };
  return {
    write(line: string) {
      if (out.writableLength + line.length > mostWaiting) {
        lost += 1;
        return;
      }
      if (lost > 0) {
        const msg = 'lines of the log were lost, because whoever reads it did not take them';
        tryTo(`${JSON.stringify({ level: 40, lost, msg })}\n`);
        lost = 0;
      }
      tryTo(line);
    },
  };
};
