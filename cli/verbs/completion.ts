import * as z from 'zod';
import { UsageError } from '../command/usage.ts';
import type { Verb } from '../command/verb.ts';
import { verbWithoutStage } from '../command/verb-without-stage.ts';
import { DOES } from './does.ts';

/** What a shell has to know of one command. */
interface Known {
  readonly name: string;
  readonly does: string;
  readonly options: Verb['options'];
}

const flags = ({ options }: Known): string => options.map(([name]) => `--${name}`).join(' ');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const bash = (verbs: readonly Known[]): string =>
  [
    '_aerie() {',
    `  local word=\${COMP_WORDS[COMP_CWORD]}`,
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W ${quoted(verbs.map(({ name }) => name).join(' '))} -- "$word"))`,
    '    return',
    '  fi',
    `  case \${COMP_WORDS[1]} in`,
    ...verbs.map((of) => `    ${of.name}) COMPREPLY=($(compgen -W ${quoted(flags(of))} -- "$word")) ;;`),
    '  esac',
    '}',
    'complete -F _aerie aerie',
  ].join('\n');

const zsh = (verbs: readonly Known[]): string =>
  [
    '#compdef aerie',
    '_aerie() {',
    '  if (( CURRENT == 2 )); then',
    '    local -a verbs',
    `    verbs=(${verbs.map(({ name, does }) => quoted(`${name}:${does}`)).join(' ')})`,
    '    _describe command verbs',
    '    return',
    '  fi',
    `  case \${words[2]} in`,
    ...verbs.map((of) => `    ${of.name}) compadd -- ${flags(of)} ;;`),
    '  esac',
    '}',
    'compdef _aerie aerie',
  ].join('\n');

const fish = (verbs: readonly Known[]): string =>
  [
    'complete -c aerie -f',
    ...verbs.flatMap((of) => [
      `complete -c aerie -n __fish_use_subcommand -a ${of.name} -d ${quoted(of.does)}`,
      ...of.options.map(
        ([name, , words]) =>
          `complete -c aerie -n ${quoted(`__fish_seen_subcommand_from ${of.name}`)} -l ${name} -d ${quoted(words)}`,
      ),
    ]),
  ].join('\n');

const SHELLS: Readonly<Record<string, (verbs: readonly Known[]) => string>> = { bash, zsh, fish };

/** Makes the command that knows all commands, itself among them. */
export const completionOf = (others: () => Promise<readonly Known[]>): Verb => {
  const itself: Verb = verbWithoutStage({
    name: 'completion',
    takes: 'bash|zsh|fish',
    names: [0, 9],
    does: DOES.completion,
    more: ['It asks AWS nothing; with --json it is one text.'],
    stageMeans: null,
    options: {},
    means: {},
    examples: [
      'source <(aerie completion bash)',
      'aerie completion fish > ~/.config/fish/completions/aerie.fish',
    ],
    schema: z.string(),
    async ask({ names }) {
      const [shell = '', ...more] = names;
      const made = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (made === undefined || more.length > 0) {
        throw new UsageError(`aerie completion takes bash, zsh or fish, not "${names.join(' ')}".`);
      }
      return made([...(await others()), itself]);
    },
    lines: (script) => [script],
  });
  return itself;
};
