import { type Decision, decision as decisionItem } from '../../core/model/decision.ts';
import { type Ec2Event, isNews } from '../../twin/aws/ec2/events.ts';
import { SECOND_USES, type SecondUse } from '../../twin/aws/ec2/options.ts';
import { simulatedClock } from '../../twin/clock/clock.ts';
import { stream } from '../../twin/clock/random.ts';
import { otherCloud } from '../../twin/in-process/other-cloud.ts';
import { cloudAnswers } from './cloud-answers.ts';
import { type Ended, lambdas } from './fleet-of-lambdas.ts';
import { gate, type Invocation } from './gate.ts';
import type { Mutation, Outside } from './handlers.ts';
import { lookAround, recordIn } from './inventory.ts';
import type { Break } from './laws.ts';
import { launchedBefore } from './old-workers.ts';
import { pandaViews } from './panda-answers.ts';
import { poolOrders } from './pool-answers.ts';
import { poolViews } from './pool-views.ts';
import { replayed, turn } from './replay.ts';
import { fleetRules } from './rules.ts';
import { CALM_MINUTES, type Script, STORM_MINUTES } from './script.ts';
import { siteAnswers } from './site-answers.ts';
import { table } from './table.ts';
import type { Tally } from './tally.ts';
import { schedule } from './timeline.ts';
import { stepCounter } from './transitions.ts';
import { type Truth, truth } from './truth.ts';
import { weather } from './weather.ts';
import { type Witness, witness } from './witness.ts';

/** Any moment will do; a whole minute reads better. */
const START = 1_800_000_000;

/** How long an answer of the OpenStack may take, as the functions have it. */
const ANSWER_SECONDS = 10;

export interface Episode {
  /** Runs of the pilots' and the workers' tick. */
  readonly ticks: number;
  readonly breaks: readonly Break[];
}

export interface EpisodeOptions {
  readonly tally: Tally;
  readonly mutation?: Mutation;
  /** Hears every decision, for whoever looks into a failure. */
  readonly tell?: (decision: Decision) => void;
}

/** What EC2 answers to a token's second use, in one episode: the laws hold whichever it is. */
const secondUseIn = (seed: number): SecondUse =>
  SECOND_USES[Math.floor(SECOND_USES.length * stream(seed, 'second use')())] ?? SECOND_USES[0];

/** Runs one script to its end, or to the first law that it breaks. The same script always runs the same. */
export const episode = async (script: Script, options: EpisodeOptions): Promise<Episode> => {
  const { tally, mutation = {}, tell = () => {} } = options;
  const { seed } = script;
  const clock = simulatedClock(START);
  const sky = weather(script, clock, tally);
  const rules = fleetRules(script, clock, tally);
  const ended: Ended[] = [];
  let writer: Invocation | undefined;
  let isStirred = false;

  const world: Truth = truth({
    clock,
    seed,
    onEvent: (event) => eventComes(event),
    // The first one, one more for each that is deployed, and one for the stack that comes next.
    templates:
      2 + script.faults.filter((fault) => fault.kind === 'moment' && fault.what === 'new template').length,
    secondUse: secondUseIn(seed),
    hasSite: script.hasSite === true,
    buildFails() {
      if (sky.is('servers find no host')) return 'No valid host was found. ';
      return sky.is('servers cannot be built')
        ? 'Build of instance aborted: Volume did not finish.'
        : undefined;
    },
    bootOf: ({ runs }) => {
      if (sky.is('workers never join')) return 'never';
      if (runs.length > 1 && sky.is('wakes never join')) return 'never';
      if (runs.length > 1 && sky.is('wakes power off')) return 'off';
      return sky.is('workers boot slowly') ? 'slow' : 'usual';
    },
  });
  const steps = stepCounter(tally);
  const book = table((change) => {
    const { pk, after } = change;
    if (pk === 'live') steps(change);
    if (after?.isProtected === true) world.protection.noted(String(after.instanceId));
    if (writer === undefined || after === undefined || !pk.startsWith('decision#')) return;
    seen.decided(decisionItem.parse(after), writer);
  });
  const seen: Witness = witness(world, rules, (instanceId) => recordIn(book, instanceId));
  const { site } = world;
  if (script.hasOld === true) launchedBefore(world, book);
  const outside: Outside = {
    truth: world,
    seed,
    weather: sky,
    witness: seen,
    gate: gate(clock, seed, sky, (invocation) => functions.killed(invocation)),
    views: poolViews(world, seed, sky),
    orders: poolOrders(world),
    pandaViews: pandaViews(world, sky),
    settings: rules.settings,
    ledgerAnswer(command, input, by) {
      if (sky.is('ledger down')) throw new Error('the ledger does not answer');
      if (sky.isAtTimes('ledger throttled')) throw new Error('the ledger is throttled');
      writer = by;
      return book.carryOut(command, input);
    },
    cloudAnswer: cloudAnswers(world, seed, sky, seen),
    site: site && {
      cloud: otherCloud(site, ANSWER_SECONDS),
      answer: siteAnswers({ site, seed, weather: sky, witness: seen, tally }),
    },
    mutation,
    tell,
  };
  const functions = lambdas({
    clock,
    outside,
    onEnd: (one) => void ended.push(one),
    stir: () => {
      isStirred = true;
    },
  });
  const eventComes = (event: Ec2Event) => {
    if (!isNews(event) || sky.is('events lost')) return;
    const fault = sky.eventFate();
    if (fault === undefined || fault.fate === 'repeated') functions.events.send(event);
    if (fault === undefined || fault.fate === 'lost') return;
    clock.at(clock.now + fault.minutes * 60, () => functions.events.send(event));
  };

  const minutes = STORM_MINUTES + CALM_MINUTES;
  const look = lookAround(world, book, seen, START + STORM_MINUTES * 60);
  schedule(script, minutes, { world, weather: sky, tally, functions, look });
  const last = START + minutes * 60;
  for (let next = clock.next(); next !== undefined && next <= last; next = clock.next()) {
    clock.step();
    if (isStirred || outside.gate.stirred()) {
      isStirred = false;
      await turn();
    }
    for (const one of ended.splice(0)) {
      const otherwise = await replayed(one, outside);
      tally.add('decisions replayed');
      if (otherwise !== undefined) seen.broken(7, `${one.invocation.id}, done again: ${otherwise}`);
    }
    if (seen.breaks.length > 0) break;
  }
  return { ticks: functions.begun.pilots + functions.begun.workers, breaks: seen.breaks };
};
