// Says what of the pages is not plain English: `npm run docs:check`. Retext splits sentences and knows words that stand twice and
// articles; the rules of the house (CONTRIBUTING.md, "Words") are below.
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { toString as wordsOf } from 'nlcst-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import retextEnglish from 'retext-english';
import retextArticle from 'retext-indefinite-article';
import retextRepeated from 'retext-repeated-words';
import retextStringify from 'retext-stringify';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import { VFile } from 'vfile';

const ROOT = resolve(import.meta.dirname, '../..');

/** A sentence is some twenty words; one with more than this between its full stops, colons and semicolons is two. */
const MOST_WORDS = 40;

/** Titles within a paragraph, and sentences that nobody loses their way in. */
const FEW_WORDS = 6;

/** They tell a reader who is stuck that it is easy. */
const FILLERS =
  /\b(simply|just(?! (now|come|submitted|as (many|well)))|obviously|of course|easily|basically|actually|needless to say)\b/i;

/** "What is left of it …" makes a clause the subject: begin with who does it, or name the thing. */
const CLAUSE = /^(what(?! to\b)|who|whoever|whom|whose|whether)\b/i;
/** A place has where; a condition has if. */
const PLACE = /^where\b/i;

/** Spoken by their letters, and not known as such to the rule about articles. */
const SPELLED = ['https', 'rpm', 'x86_64', 'm6i_large'];

/** Records of their day: their sentences stay as they were. */
const RECORDS = /^docs\/decisions\/\d/;

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

/** The words of a block; code stands for a noun. */
const textOf = (node: Node): string => {
  if (node.type === 'image' || node.type === 'html') return '';
  return node.value ?? (node.children ?? []).map(textOf).join('');
};

/** Code between backquotes may hold full stops, and ends no sentence. */
const proseOf = (node: Node): string =>
  node.type === 'inlineCode'
    ? (node.value ?? '').replace(/[^\w-]+/g, '_')
    : node.children === undefined
      ? textOf(node)
      : node.children.map(proseOf).join('');

/** A sentence may begin with a small letter here, as aerie and code do; Retext takes it for the same sentence still. */
const withCapitals = (text: string): string =>
  text.replace(/([.!?]\)?\s+)([a-z])/g, (_, end: string, letter: string) => `${end}${letter.toUpperCase()}`);

const tellIn = (file: VFile, rule: string, text: string): void => {
  file.message(`${rule}: ${text.replaceAll('\n', ' ').slice(0, 100)}`);
};

/** Tells of sentences that are too long, or begin with a clause. */
const houseRules = (isParagraph: boolean) => (tree: Parameters<typeof wordsOf>[0] & Node, file: VFile) => {
  visit(tree as never, 'SentenceNode', (sentence: never) => {
    const text = wordsOf(sentence);
    const longest = Math.max(
      ...text.split(/[:;]\s/).map((part) => part.split(/\s+/).filter((word) => /\w/.test(word)).length),
    );
    if (longest > MOST_WORDS) tellIn(file, `${longest} words at once`, text);
    const filler = FILLERS.exec(text)?.[0];
    if (filler !== undefined) tellIn(file, `"${filler}"`, text);
    if (!isParagraph || /[?:]$/.test(text) || text.split(/\s+/).length <= FEW_WORDS) return;
    if (CLAUSE.test(text)) tellIn(file, 'begins with a clause', text);
    if (PLACE.test(text)) tellIn(file, 'where instead of if', text);
  });
};

/** The pages that are named, or all. */
const pages =
  process.argv.length > 2
    ? process.argv.slice(2)
    : [
        'README.md',
        'CONTRIBUTING.md',
        'SECURITY.md',
        'CHANGELOG.md',
        ...globSync('docs/**/*.md', { cwd: ROOT }),
      ].filter((page) => !RECORDS.test(page));
const parser = unified().use(remarkParse).use(remarkGfm);

const found: string[] = [];
for (const page of pages) {
  const blocks: { readonly text: string; readonly line: number; readonly isParagraph: boolean }[] = [];
  visit(parser.parse(readFileSync(resolve(ROOT, page), 'utf8')), (node) => {
    if (!['paragraph', 'tableCell', 'heading'].includes(node.type)) return undefined;
    blocks.push({
      text: withCapitals(proseOf(node as Node)),
      line: node.position?.start.line ?? 0,
      isParagraph: node.type === 'paragraph',
    });
    return SKIP;
  });
  for (const { text, line, isParagraph } of blocks) {
    const file = new VFile(text);
    await unified()
      .use(retextEnglish)
      .use(retextRepeated)
      .use(retextArticle)
      .use(() => houseRules(isParagraph) as never)
      .use(retextStringify)
      .process(file);
    for (const { reason } of file.messages) {
      if (!SPELLED.some((word) => reason.includes(`before \`${word}\``)))
        found.push(`${page}:${line} ${reason}`);
    }
  }
}
process.stderr.write(found.map((line) => `${line}\n`).join(''));
process.stderr.write(`${pages.length} pages, ${found.length} places that are not plain English\n`);
process.exitCode = found.length === 0 ? 0 : 1;
