import type { MarkdownRenderer } from 'vitepress';

/** Leaves a diagram's text for the browser, which draws it (theme/diagrams.ts). */
export const keepDiagrams = (md: MarkdownRenderer): void => {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error('markdown-it has no rule for fences; expected one to extend.');
  md.renderer.rules.fence = (...given) => {
    const [tokens, index] = given;
    const token = tokens[index];
    return token?.info.trim() === 'mermaid'
      ? `<pre class="mermaid" v-pre>${md.utils.escapeHtml(token.content)}</pre>\n`
      : fence(...given);
  };
};
