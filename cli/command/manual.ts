import { VERBS } from '../verbs/verbs.ts';
import { OTHERS } from './overview.ts';
import type { Verb } from './verb.ts';

/** Signs that roff has names for, or does not read everywhere. */
const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  '’': '\\(cq',
  '…': '...',
  '–': '\\(en',
};

/** Text as roff takes it: no sign of it is a command. */
const roff = (text: string): string =>
  text.replaceAll(/[\\\-’…–]/g, (sign) => SIGNS[sign] ?? sign).replaceAll(/^([.'])/gm, '\\&$1');

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;

const section = (title: string, ...lines: readonly string[]): readonly string[] => [`.SH ${title}`, ...lines];

const ofVerb = ({ synopsis, does, more, options, examples }: Verb): readonly string[] => [
  `.SS ${roff(synopsis)}`,
  roff([does, ...more].join(' ')),
  ...options.flatMap(([name, argument, words]) => [
    '.TP',
    `${bold(`--${name}`)}${argument === '' ? '' : ` \\fI${roff(argument)}\\fR`}`,
    roff(words),
  ]),
  '.PP',
  '.EX',
  ...examples.map(roff),
  '.EE',
];

/** The manual page `aerie(1)`, of the same texts as the helps. */
export const manual = async (): Promise<string> => {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  return `${[
    '.TH AERIE 1 "" aerie "User Commands"',
    ...section(
      'NAME',
      'aerie \\- looks at a stage that grows and shrinks an HTCondor pool, and changes its settings',
    ),
    ...section(
      'SYNOPSIS',
      `${bold('aerie')} \\fIVERB\\fR [\\fINAME\\fR ...] [${bold('--stage')} \\fINAME\\fR] [${bold('--json')}]`,
    ),
    ...section(
      'DESCRIPTION',
      roff(
        'A NAME is a queue, a fleet or a worker; queue/X and fleet/X where both are called X. The stage is a deployed one, or twin: the one that npm start runs on this machine. Region and credentials are found as the AWS CLI finds them.',
      ),
    ),
    ...section('COMMANDS', ...verbs.flatMap(ofVerb)),
    ...section(
      'OTHER COMMANDS',
      ...Object.entries(OTHERS).flatMap(([name, does]) => ['.TP', bold(name), roff(does)]),
    ),
    ...section(
      'EXIT STATUS',
      ...[
        ['0', 'nothing is on'],
        ['1', 'something is on: an alarm, a hold, a limit, as the command says'],
        ['2', 'it cannot be carried out, and says why on stderr'],
      ].flatMap(([code = '', means = '']) => ['.TP', bold(code), roff(means)]),
    ),
    ...section(
      'ENVIRONMENT',
      ...[
        ['AERIE_STAGE', 'the stage, where --stage does not say it'],
        ['AWS_PROFILE, AWS_REGION', 'whose account and which region, as for the AWS CLI'],
        ['NO_COLOR', 'no colour, whatever the terminal'],
      ].flatMap(([name = '', means = '']) => ['.TP', bold(name), roff(means)]),
    ),
  ].join('\n')}\n`;
};
