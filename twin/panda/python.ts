const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const quoted = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\n\r\t]/g, (sign) => ESCAPES[sign] ?? sign);
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
};

/** How Python prints a value: what PanDA sends to a client that does not accept exactly `application/json`. */
export const python = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, one]) => `${quoted(key)}: ${python(one)}`)
      .join(', ')}}`;
  }
  return String(value);
};
