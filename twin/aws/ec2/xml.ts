/** A document's content: text, or elements in order; an array repeats `item`, as all of EC2's sets do. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [name: string]: Xml | undefined };

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '') : text;

const isList = (xml: Xml): xml is readonly Xml[] => Array.isArray(xml);

/** Writes content as XML text; an undefined element is left out. */
export const writeXml = (xml: Xml): string => {
  if (typeof xml === 'string') return escaped(xml);
  if (typeof xml !== 'object') return String(xml);
  let text = '';
  if (isList(xml)) {
    for (const item of xml) text += `<item>${writeXml(item)}</item>`;
    return text;
  }
  for (const name of Object.keys(xml)) {
    const content = xml[name];
    if (content !== undefined) text += `<${name}>${writeXml(content)}</${name}>`;
  }
  return text;
};
