/** Returns what a changelog says of a version that has a date; undefined: it has no such part. */
export const notesOf = (changelog: string, version: string): string | undefined => {
  const [, ...parts] = changelog.split(/^## /m);
  const part = parts.find(
    (text) => /^\[([^\]]+)\] - \d{4}-\d{2}-\d{2}$/m.exec(text.split('\n', 1)[0] ?? '')?.[1] === version,
  );
  return part?.slice(part.indexOf('\n')).trim();
};
