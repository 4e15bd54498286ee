import { textOf } from './pages.ts';

/** Code of a page: a line of a block, with those that go on in the next, or what stands between backquotes. */
interface Code {
  readonly text: string;
  readonly isBlock: boolean;
}

/** What a page writes for what only the reader knows: `<id>`, `i-...`, `…`; and something that fits there. */
const STAND_FOR: readonly (readonly [RegExp, string])[] = [
  [/\b(i|ami)-(\.\.\.|…)/g, '$1-0123456789abcdef0'],
  [/<(id|the old one)>/g, 'i-0123456789abcdef0'],
  [/<the (key|role)'s ARN>/g, 'arn:aws:iam::123456789012:$1/x'],
  [/<AlarmTopic>/g, 'arn:aws:sns:us-east-1:123456789012:topic'],
  [/<account>/g, '123456789012'],
  [/<[A-Za-z][^<>]*>/g, '5'],
  [/…/g, 'some'],
];

const filled = (text: string): string => STAND_FOR.reduce((now, [from, to]) => now.replace(from, to), text);

const BLOCK = /^( *)```\w*\n([\s\S]*?)^\1```/gm;

const isOpen = (text: string): boolean => {
  const bare = text.replace(/\\['"]/g, '');
  const [single, double] = [bare.match(/'/g)?.length ?? 0, bare.match(/"/g)?.length ?? 0];
  return single % 2 === 1 && double % 2 === 0;
};

/** The lines of a block as a shell takes them: joined where one ends in a backslash or within quotes. */
const linesOf = (block: string): readonly string[] => {
  const lines: string[] = [];
  let open = '';
  for (const line of block.split('\n')) {
    const text = `${open}${open.endsWith(' ') ? line.trim() : line}`;
    open = text.endsWith('\\') ? text.replace(/\s*\\$/, ' ') : isOpen(text) ? `${text}\n` : '';
    if (open === '') lines.push(text.trim());
  }
  return lines;
};

/** Returns what a page shows as code. */
export const codeOf = (page: string): readonly Code[] => {
  const text = textOf(page);
  const blocks = [...text.matchAll(BLOCK)].flatMap(([, , block = '']) => linesOf(filled(block)));
  const spans = [...text.replace(BLOCK, '').matchAll(/`([^`]+)`/g)].map(([, of = '']) =>
    filled(of.replace(/\s+/g, ' ')),
  );
  return [
    ...blocks.map((line) => ({ text: line, isBlock: true })),
    ...spans.map((span) => ({ text: span, isBlock: false })),
  ];
};

/** Where a command ends: at a pipe, a semicolon, a redirection, a comment, or the bracket that was open before it. */
const endOf = (text: string): number => {
  let quote = '';
  let depth = 0;
  for (const [index, letter] of [...text].entries()) {
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '(') depth += 1;
    else if (letter === ')' && depth > 0) depth -= 1;
    else if (letter === ')' || (depth === 0 && /[|;&><]/.test(letter))) return index;
    else if (letter === '#' && /\s$/.test(text.slice(0, index))) return index;
  }
  return text.length;
};

/** Returns the commands of a program that a page shows, as they would be typed. */
export const typedOn = (page: string, program: string): readonly Code[] =>
  codeOf(page).flatMap(({ text, isBlock }) => {
    const starts = [...text.matchAll(new RegExp(`(?<=^|[(|;&] *|"\\$\\()(?=${program} [a-z])`, 'g'))];
    return starts.map(({ index }) => {
      const rest = text.slice(index);
      return { text: rest.slice(0, endOf(rest)).trim(), isBlock };
    });
  });
