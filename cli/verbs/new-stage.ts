import { rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { readConfig } from '../../lib/stage/config.ts';
import { tryingOutSentence } from '../../lib/trying-out.ts';
import { UsageError } from '../command/usage.ts';
import type { Around, Verb } from '../command/verb.ts';
import { verbWithoutStage } from '../command/verb-without-stage.ts';
import { CDK_JSON, readCdkJson } from '../stage/cdk-json.ts';
import { DOES } from './does.ts';

/** What `aerie new-stage` tells. */
export const newStageTold = z.object({
  stage: z.string(),
  block: z.record(z.string(), z.unknown()),
  /** The file that it was written to. */
  file: z.string(),
});

type Told = z.output<typeof newStageTold>;

/** One thing that nobody but the site knows. */
interface Question {
  readonly option: string;
  readonly argument: string;
  readonly words: string;
  readonly question: string;
  /** What an empty answer means; undefined: it has to be given. */
  readonly fallback: string | undefined;
}

const DEBIAN = '/aws/service/debian/release/13/latest/amd64';

const QUESTIONS: readonly Question[] = [
  {
    option: 'region',
    argument: 'REGION',
    words: 'where workers run (us-east-1)',
    question: 'Which region of AWS?',
    fallback: 'us-east-1',
  },
  {
    option: 'central-manager',
    argument: 'HOST',
    words: "the pool's central manager",
    question: "Which host is the pool's central manager?",
    fallback: undefined,
  },
  {
    option: 'endpoint-url',
    argument: 'URL',
    words: 'of the endpoint there (https://HOST:9619)',
    question: 'Which URL has the endpoint beside it?',
    fallback: '',
  },
  {
    option: 'queue',
    argument: 'NAME',
    words: "PanDA's queue (none: plain jobs only)",
    question: "Which queue of PanDA's, if any?",
    fallback: '',
  },
  {
    option: 'image',
    argument: 'AMI',
    words: 'EL9 image of workers (a Debian to try out)',
    question: 'Which AMI with EL9, such as AlmaLinux 9, for workers?',
    fallback: DEBIAN,
  },
  {
    option: 'max-workers',
    argument: 'N',
    words: 'workers at once (20)',
    question: 'How many workers at once, at most?',
    fallback: '20',
  },
  {
    option: 'alarm-email',
    argument: 'MAIL',
    words: 'who is told of alarms (nobody)',
    question: 'Which e-mail address is told of alarms?',
    fallback: '',
  },
];

const OPTIONS = Object.fromEntries(QUESTIONS.map(({ option }) => [option, { type: 'string' as const }]));

const PANDA_URL = 'https://pandaserver.cern.ch:25443/api/v1';

type Answers = Readonly<Record<string, string>>;

const blockOf = (answers: Answers): Told['block'] => {
  const {
    region,
    'central-manager': host = '',
    queue = '',
    image = DEBIAN,
    'alarm-email': mail = '',
  } = answers;
  const { 'max-workers': most = '' } = answers;
  const isDebian = image === DEBIAN;
  const hasQueue = queue !== '';
  return {
    region,
    ...(hasQueue ? { pandaUrl: PANDA_URL } : {}),
    endpointUrl: answers['endpoint-url'] || `https://${host}:9619`,
    image,
    ...(isDebian ? { rootDevice: '/dev/xvda' } : {}),
    worker: { os: isDebian ? 'debian' : 'el9', pool: host, centralManager: host },
    ...(mail === '' ? {} : { alarmEmail: mail }),
    fleets: { default: { 'max-workers': /^\d+$/.test(most) ? Number(most) : most } },
    ...(hasQueue ? { queues: { [queue]: { state: 'paused' } } } : {}),
  };
};

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
const NAME_ALLOWED = 'a small letter and up to 19 more small letters, digits and dashes';

const nameOf = async (
  given: string | undefined,
  { ask }: Around,
  there: readonly string[],
): Promise<string> => {
  const name = given ?? (await ask?.('What is the stage called, such as prod? '))?.trim();
  if (name === undefined)
    throw new UsageError('which stage? No terminal asks here: aerie new-stage NAME --central-manager HOST …');
  if (!STAGE.test(name)) throw new UsageError(`"${name}" is no name for a stage; expected ${NAME_ALLOWED}.`);
  if (there.includes(name)) {
    throw new UsageError(
      `cdk.json has a stage ${name} already, which is not overwritten; choose another name, or remove it there.`,
    );
  }
  return name;
};

const answerTo = async (
  { option, question, fallback }: Question,
  given: string | undefined,
  { ask }: Around,
): Promise<string> => {
  if (given !== undefined) return given;
  if (ask === undefined) {
    if (fallback !== undefined) return fallback;
    throw new UsageError(`--${option} has to be given where no terminal asks for it.`);
  }
  const answer = (
    await ask(`${question}${fallback === undefined || fallback === '' ? '' : ` (${fallback})`} `)
  ).trim();
  if (answer !== '') return answer;
  if (fallback !== undefined) return fallback;
  throw new UsageError(`--${option} has no default: it has to be given.`);
};

const answersTo = async (given: Readonly<Record<string, unknown>>, around: Around): Promise<Answers> => {
  const answers: Record<string, string> = {};
  for (const question of QUESTIONS) {
    const value = given[question.option];
    answers[question.option] = await answerTo(
      question,
      typeof value === 'string' ? value : undefined,
      around,
    );
  }
  return answers;
};

const toldLines = ({ stage, block, file }: Told): readonly string[] => {
  const read = readConfig({ stages: { [stage]: block } }, stage);
  const lacks = read.ok ? tryingOutSentence(read.config) : undefined;
  return [
    JSON.stringify({ [stage]: block }, undefined, 2),
    `wrote stage ${stage} to ${file}; docs/stage.md has every other setting`,
    ...(lacks === undefined ? [] : [lacks]),
    `next: aerie plan --stage ${stage}, and aerie doctor --stage ${stage}`,
  ];
};

/** Makes the command for the stages of a file. */
export const newStageIn = (file: string): Verb =>
  verbWithoutStage({
    name: 'new-stage',
    takes: '[NAME] [--region REGION] …',
    names: [0, Number.POSITIVE_INFINITY],
    does: DOES['new-stage'],
    more: [
      'On a terminal it asks for what is not given. A stage that is there is never overwritten. Exit code: 0.',
    ],
    stageMeans: 'the same as NAME; else AERIE_STAGE',
    options: OPTIONS,
    means: Object.fromEntries(
      QUESTIONS.map(({ option, argument, words }) => [option, [argument, words] as const]),
    ),
    examples: ['aerie new-stage', 'aerie new-stage prod --central-manager cm.site.edu --queue SITE_CLOUD'],
    schema: newStageTold,
    async ask({ names: [given, ...others], options, stage: said, around }) {
      if (others.length > 0) {
        throw new UsageError(`aerie new-stage takes one name, not ${others.length + 1}.`);
      }
      const cdk = await readCdkJson(file);
      const { stages } = cdk.context.aerie;
      const stage = await nameOf(given ?? said, around, Object.keys(stages));
      const block = blockOf(await answersTo(options, around));
      const read = readConfig({ stages: { [stage]: block } }, stage);
      if (!read.ok) throw new UsageError(`nothing was written:\n${read.mistakes.join('\n')}`);
      const aerie = { ...cdk.context.aerie, stages: { ...stages, [stage]: block } };
      const whole = { ...cdk, context: { ...cdk.context, aerie } };
      // Whoever looks meanwhile sees the file of before, or this one.
      await writeFile(`${file}.new`, `${JSON.stringify(whole, undefined, 2)}\n`);
      await rename(`${file}.new`, file);
      return { stage, block, file };
    },
    lines: toldLines,
  });

export const newStage = newStageIn(CDK_JSON);
