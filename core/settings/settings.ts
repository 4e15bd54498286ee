import { isArm64, offered } from '../model/flavours.ts';
import { queueName } from '../model/pool.ts';
import { cut } from '../model/words.ts';
import { lackOf } from './holdable.ts';
import type { Knob } from './knob.ts';
import { KNOBS, type KnobName } from './knobs.ts';
import { type Place, USUAL_PLACE } from './place.ts';
import { unpriced } from './prices.ts';
import {
  type ParsedSettings,
  type QueueSettings,
  type SettingProblem,
  shapeOf,
  type Written,
} from './queue-settings.ts';
import { settleAt } from './settle.ts';

const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const isKnob = (name: string): name is KnobName => Object.hasOwn(KNOBS, name);

const readKnob = (name: KnobName, raw: string | undefined): { value: unknown } | SettingProblem => {
  const knob: Knob<unknown> = KNOBS[name];
  const text = raw ?? knob.fallback;
  if (text === undefined) return { knob: name, why: `is missing; set it to one of: ${knob.allowed}` };
  const parsed = knob.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  const detail = parsed.error.issues.find((issue) => issue.code === 'custom')?.message;
  return {
    knob: name,
    why: `is "${cut(text)}"${detail === undefined ? '' : ` (${detail})`}; expected ${knob.allowed}`,
  };
};

const tooShortLife = ({ maxLifeSeconds, pilotWallSeconds }: QueueSettings): readonly SettingProblem[] =>
  maxLifeSeconds > pilotWallSeconds
    ? []
    : [
        {
          knob: 'max-life-seconds',
          why: `is ${maxLifeSeconds}; expected more than pilot-wall-seconds, which is ${pilotWallSeconds}: no worker would live long enough for a pilot`,
        },
      ];

/** A pilot that no flavour can hold would wait for ever. */
const unholdable = (settings: QueueSettings, workerDiskMb: number): readonly SettingProblem[] => {
  const rooms = settings.flavours.map((flavour) => offered(flavour, workerDiskMb));
  const lack = lackOf(shapeOf(settings), rooms);
  return lack === undefined ? [] : [lack];
};

/** A pilot is built for one kind of processors, and so is an image. */
const unfitProcessors = (
  { flavours }: QueueSettings,
  place: Place | undefined,
): readonly SettingProblem[] => {
  const arm = flavours.filter(({ name }) => isArm64(name));
  const [first] = arm;
  if (first === undefined) return [];
  if (arm.length < flavours.length) {
    return [
      {
        knob: 'flavours',
        why: `have ${first.name}, whose processors are ARM's, beside others with x86_64, and a pilot runs on one kind only; give each kind a queue of its own`,
      },
    ];
  }
  return place === undefined || place.hasArm64Image
    ? []
    : [
        {
          knob: 'flavours',
          why: `have ${first.name}, whose processors are ARM's, and the stage names no image for them; give it an arm64Image, or name types with x86_64`,
        },
      ];
};

/** Knobs that are each in bounds, but not together. */
const contradictionsOf = (settings: QueueSettings, place: Place | undefined): readonly SettingProblem[] => [
  ...tooShortLife(settings),
  ...unholdable(settings, place?.workerDiskMb ?? Number.POSITIVE_INFINITY),
  ...unfitProcessors(settings, place),
  ...unpriced(settings),
];

/**
 * Reads a queue's parameters (knob → text, as SSM holds them). Knobs that are absent take their defaults; `place` is where
 * its workers live. Left out, the usual one is taken, and the disk that pilots ask for is not judged.
 */
export const parseQueueSettings = (
  name: string,
  raw: Readonly<Record<string, string>>,
  place?: Place,
): ParsedSettings => {
  const problems: SettingProblem[] = [];
  if (!queueName.safeParse(name).success) {
    problems.push({
      knob: '(name)',
      why: `is "${name}"; expected up to 64 letters, digits, dots, dashes and underscores`,
    });
  }
  for (const given of Object.keys(raw)) {
    if (!isKnob(given)) {
      problems.push({
        knob: given,
        why: `is no knob; the knobs are ${Object.keys(KNOBS).join(', ')}`,
      });
    }
  }
  const values: Record<string, unknown> = { name };
  for (const knob of Object.keys(KNOBS).filter(isKnob)) {
    const read = readKnob(knob, raw[knob]);
    if ('value' in read) values[camel(knob)] = read.value;
    else problems.push(read);
  }
  if (problems.length > 0) return { ok: false, queue: name, problems };
  const written = values as Written;
  const settled = settleAt(written, shapeOf(written), place ?? USUAL_PLACE);
  if (typeof settled === 'string') {
    return { ok: false, queue: name, problems: [{ knob: 'flavours', why: settled }] };
  }
  const settings = { ...written, ...settled };
  const contradictions = contradictionsOf(settings, place);
  return contradictions.length > 0
    ? { ok: false, queue: name, problems: contradictions }
    : { ok: true, settings };
};

/** What infrastructure and documentation need to know of each knob. */
export interface KnobDescription {
  readonly name: KnobName;
  readonly description: string;
  readonly fallback: string | undefined;
  readonly pattern: string;
  readonly allowed: string;
}

export const describeKnobs = (): readonly KnobDescription[] =>
  Object.keys(KNOBS)
    .filter(isKnob)
    .map((name) => {
      const knob: Knob<unknown> = KNOBS[name];
      const { description, fallback, pattern, allowed } = knob;
      return { name, description, fallback, pattern, allowed };
    });

/** Settings that let go of every worker: for a queue that is in the ledger and no longer among the settings. */
export const settingsOfRemoved = (name: string): ParsedSettings =>
  parseQueueSettings(name, { state: 'drain' });
