type Hear = (line: string) => void;

/** Hands on every line that is written to a stream from now on; answers what lets the stream write again. */
const tapped = (stream: NodeJS.WriteStream, hear: Hear): (() => void) => {
  const { write } = stream;
  let rest = '';
  stream.write = (chunk: unknown): boolean => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
    return true;
  };
  return () => {
    stream.write = write;
  };
};

/** Runs a function and hands on each line that it writes meanwhile, where AWS would find its log. */
export const hearing = async <T>(hear: Hear, work: () => Promise<T>): Promise<T> => {
  const untap = [process.stdout, process.stderr].map((stream) => tapped(stream, hear));
  try {
    return await work();
  } finally {
    for (const release of untap) release();
  }
};
