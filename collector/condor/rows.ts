/** A value as `-af:tV` prints it. Undefined stands for everything that did not come to a value. */
export type Value = string | number | boolean | undefined;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

const unquoted = (text: string): string => {
  const inside = text.slice(1, -1);
  if (!inside.includes('\\')) return inside;
  return inside.replace(/\\([0-3][0-7]{2}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
};

/** One value: strings stand in quotes, so that `undefined` and "undefined" differ. */
export const readValue = (text: string): Value => {
  if (text.startsWith('"')) return unquoted(text);
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? undefined : number;
};

/** The lines of a tool's answer, without copying the whole of it; none for an empty one. */
export function* linesOf(stdout: string): Generator<string> {
  for (let from = 0; from < stdout.length; ) {
    const to = stdout.indexOf('\n', from);
    const end = to === -1 ? stdout.length : to;
    if (end > from) yield stdout.slice(from, end);
    from = end + 1;
  }
}

/** Each line as its values. */
export const rowsOf = (stdout: string): readonly (readonly Value[])[] =>
  [...linesOf(stdout)].map((line) => line.split('\t').map(readValue));

export const numberOr = <T>(value: Value, otherwise: T): number | T =>
  typeof value === 'number' ? value : otherwise;
