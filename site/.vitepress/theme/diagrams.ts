import script from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';

interface Mermaid {
  initialize(options: Readonly<Record<string, unknown>>): void;
  run(options: { readonly querySelector: string }): Promise<void>;
}

const UNDRAWN = 'pre.mermaid:not([data-processed])';

/** Mermaid as its browsers' file has it: it is no module, and says what it is among what is global. */
const load = async (): Promise<Mermaid> => {
  const given = globalThis as { mermaid?: Mermaid };
  if (given.mermaid === undefined) {
    const element = Object.assign(document.createElement('script'), { src: script });
    await new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => reject(new Error(`${script} could not be loaded.`));
      document.head.append(element);
    });
  }
  if (given.mermaid === undefined) throw new Error(`${script} did not bring Mermaid.`);
  return given.mermaid;
};

/** Draws every diagram of the page that is not drawn yet, in the page's own light. Runs in the browser. */
export const drawDiagrams = async (): Promise<void> => {
  if (document.querySelector(UNDRAWN) === null) return;
  const mermaid = await load();
  const theme = document.documentElement.classList.contains('dark') ? 'dark' : 'neutral';
  mermaid.initialize({ startOnLoad: false, theme });
  await mermaid.run({ querySelector: UNDRAWN });
};
