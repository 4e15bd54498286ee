/** Returns every Mermaid chart of a page of Markdown. */
export const chartsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^```mermaid\n([\s\S]*?)^```/gm)].map(([, chart = '']) => chart);

const COMMENT = /%%.*$/gm;

/** An id, the brackets of its shape, and the label in them: `A[one]`, `B[(two)]`, `C("three (3)")`. */
const LABELLED = /(?<![\w-])([A-Za-z_]\w*)(?:[[({]+[/\\]?|>)(?:"([^"]*)"|([^\])}"\n]*))/g;

/** Returns the labels that a flowchart gives each of its ids, every different one once. */
export const labelsOf = (chart: string): ReadonlyMap<string, readonly string[]> => {
  const given = [...chart.replace(COMMENT, '').matchAll(LABELLED)].map(
    ([, id = '', quoted, plain = '']) => [id, (quoted ?? plain).trim()] as const,
  );
  const byId = Map.groupBy(given, ([id]) => id);
  return new Map([...byId].map(([id, all]) => [id, [...new Set(all.map(([, label]) => label))]]));
};

/** Returns what is wrong with the labels of a flowchart: Mermaid draws the last one of an id, and says nothing. */
export const twiceLabelled = (chart: string): readonly string[] =>
  [...labelsOf(chart)]
    .filter(([, labels]) => labels.length > 1)
    .map(([id, labels]) => `${id} is both "${labels.join('" and "')}"`);
