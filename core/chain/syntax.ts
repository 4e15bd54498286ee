/** One parameter as it is written: `factor=0.5`, or `0.5` alone. */
export interface Word {
  readonly name: string | undefined;
  readonly value: string;
}

/** One step of a chain as it is written: `Scale(factor=0.5)`. */
export interface WrittenStep {
  readonly plugin: string;
  readonly words: readonly Word[];
}

/** What was read, or the one sentence that says why it cannot be. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const QUOTED_LENGTH = 40;

/** Quotes what somebody wrote, on one line and cut to a length that leaves a sentence readable. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text);

const fail = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

/** Splits at the commas between steps, not at those inside brackets, which it checks on the way. */
const splitSteps = (text: string): Read<readonly string[]> => {
  const parts: string[] = [];
  let start = 0;
  let inside = false;
  for (let i = 0; i < text.length; i += 1) {
    const here = text[i];
    const soFar = (): string => text.slice(start, i + 1).trim();
    if (here === '(' && inside) return fail(`${quote(soFar())} opens a second bracket inside the first`);
    if (here === ')' && !inside) return fail(`${quote(soFar())} closes a bracket that was never opened`);
    if (here === '(' || here === ')') inside = here === '(';
    if (here === ',' && !inside) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  if (inside) return fail(`${quote(last)} has no closing bracket`);
  return { ok: true, value: [...parts, last] };
};

const emptyPart = (place: number, of: number): string => {
  if (place === 0) return 'the chain begins with a comma; write a plugin before it or take it away';
  if (place === of - 1) return 'the chain ends with a comma; write a plugin after it or take it away';
  return `nothing stands between two commas after step ${place} of the chain; take one of them away`;
};

const readWord = (plugin: string, text: string): Read<Word> => {
  if (text === '') return fail(`${plugin} has a comma too many between its brackets`);
  const equals = text.indexOf('=');
  if (equals < 0) return { ok: true, value: { name: undefined, value: text } };
  const name = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  if (name === '') return fail(`${plugin}: ${quote(text)} has no name before its "="`);
  if (value === '') return fail(`${plugin}: ${quote(name)} has no value after its "="`);
  return { ok: true, value: { name, value } };
};

const PLUGIN_NAME = /^\w+$/;

const readStep = (part: string): Read<WrittenStep> => {
  const open = part.indexOf('(');
  const close = part.indexOf(')');
  const plugin = (open < 0 ? part : part.slice(0, open)).trim();
  if (plugin === '') return fail(`${quote(part)} has no plugin's name before its bracket`);
  if (!PLUGIN_NAME.test(plugin)) {
    return fail(`${quote(plugin)} is no plugin's name; steps are separated by commas`);
  }
  if (open < 0) return { ok: true, value: { plugin, words: [] } };
  const after = part.slice(close + 1).trim();
  if (after !== '') {
    return fail(`a comma is missing between ${quote(part.slice(0, close + 1))} and ${quote(after)}`);
  }
  const inner = part.slice(open + 1, close).trim();
  const words: Word[] = [];
  for (const text of inner === '' ? [] : inner.split(',')) {
    const word = readWord(plugin, text.trim());
    if (!word.ok) return word;
    words.push(word.value);
  }
  return { ok: true, value: { plugin, words } };
};

/** Reads the steps of a chain as they are written; whether such plugins exist is not asked here. */
export const readSteps = (text: string): Read<readonly WrittenStep[]> => {
  if (text.trim() === '') return fail('the chain is empty; write one such as Ready(), MaxPerCycle(50)');
  const parts = splitSteps(text);
  if (!parts.ok) return parts;
  const steps: WrittenStep[] = [];
  for (const [place, part] of parts.value.entries()) {
    if (part === '') return fail(emptyPart(place, parts.value.length));
    const step = readStep(part);
    if (!step.ok) return step;
    steps.push(step.value);
  }
  return { ok: true, value: steps };
};
