import * as z from 'zod';
import type { HttpOutcome, HttpRequest } from '../../adapters/http.ts';
import { TAG } from '../../core/model/names.ts';
import { stream } from '../../twin/clock/random.ts';
import { sentTo, silence } from '../../twin/in-process/other-cloud.ts';
import type { Elsewhere } from '../../twin/stage/elsewhere.ts';
import type { Invocation } from './gate.ts';
import type { WindowName } from './script.ts';
import { isHit } from './sleep-answers.ts';
import type { Tally } from './tally.ts';
import { SITE_SERVERS, SITE_ZONES } from './truth.ts';
import type { Weather } from './weather.ts';
import type { Witness } from './witness.ts';

/** What comes of calls, beside the windows in which they are made: counted, and asked for as faults are. */
export const SITE_EFFECTS = [
  'launch made in part',
  'launch refused for its key pair',
  'launch refused while servers without power take the quota',
  'server deleted that is gone',
] as const;

/** Of so many calls what strikes calls at random hits one: a launch takes seven, and some are to come as far as its request. */
const SHARE = 0.25;
/** Half of the calls that fail have been carried out. */
const CARRIED_OUT = 0.5;
/** A token is not taken the third time that it is shown. */
const TOKEN_USES = 3;
/** Less than the fleets want, so that servers that are off, or in error, are in the way of new ones. */
const SHORT_QUOTA = 6;
/**
 * So long after it was sent a late request arrives: whoever has sent it has given it up by then, and in the end somebody else asks for
 * the same launch.
 */
const LATE_SECONDS = { least: 30, more: 180 } as const;
const FAILURES = [500, 502, 503, 504] as const;
const THROTTLED = [413, 429] as const;
/** Both fleets have another one. */
const MISSING = 'g1.large';

const answered = (status: number, name: string, message: string): HttpOutcome => ({
  ...{ kind: 'answered', address: '127.0.0.1', status },
  text: JSON.stringify({ [name]: { code: status, message } }),
});

const hungUp: HttpOutcome = {
  ...{ kind: 'failed', address: '127.0.0.1', cause: 'connection' },
  why: 'could not be reached: socket hang up',
};

export const siteThrottled = (): HttpOutcome => answered(429, 'overLimit', 'Too many requests.');

const creation = z.object({
  server: z.object({ metadata: z.record(z.string(), z.string()), max_count: z.number().default(1) }),
});
const start = z.object({ 'os-start': z.null() });
const flavours = z.object({ flavors: z.array(z.looseObject({ name: z.string() })) });

/** What a call is about. */
type Of =
  | { readonly kind: 'launch'; readonly launchId: string; readonly count: number }
  | { readonly kind: 'end' | 'start' | 'label'; readonly instanceId: string }
  | { readonly kind: 'token' | 'servers' | 'flavours' | 'other' };

const SERVER = /^\/v2\.1\/servers\/([^/]+)(\/action|\/metadata)?$/;

const ofServer = ({ method, body }: HttpRequest, id: string, below: string | undefined): Of => {
  const instanceId = `os-${id}`;
  if (method === 'DELETE') return { kind: 'end', instanceId };
  if (below === '/metadata') return { kind: 'label', instanceId };
  return below === '/action' && start.safeParse(body).success
    ? { kind: 'start', instanceId }
    : { kind: 'other' };
};

const aboutOf = (asked: HttpRequest): Of => {
  const { pathname } = new URL(asked.url);
  if (pathname.startsWith('/v3')) return { kind: 'token' };
  if (pathname === '/v2.1/servers' && asked.method === 'POST') {
    const { metadata, max_count: count } = creation.parse(asked.body).server;
    return { kind: 'launch', launchId: metadata[TAG.launch] ?? '', count };
  }
  if (/^\/v2\.1\/servers(\/detail)?$/.test(pathname)) return { kind: 'servers' };
  if (pathname === '/v2.1/flavors/detail') return { kind: 'flavours' };
  const [, id, below] = SERVER.exec(pathname) ?? [];
  return id === undefined ? { kind: 'other' } : ofServer(asked, id, below);
};

const withoutOne = (outcome: HttpOutcome): HttpOutcome => {
  if (outcome.kind !== 'answered' || outcome.status !== 200) return outcome;
  const { flavors } = flavours.parse(JSON.parse(outcome.text));
  return { ...outcome, text: JSON.stringify({ flavors: flavors.filter(({ name }) => name !== MISSING) }) };
};

interface SiteOptions {
  readonly site: Elsewhere;
  readonly seed: number;
  readonly weather: Weather;
  readonly witness: Witness;
  readonly tally: Tally;
}

/** The OpenStack, as the weather lets it answer, with every birth, start and end witnessed. */
export const siteAnswers = ({ site, seed, weather, witness, tally }: SiteOptions) => {
  const { openstack } = site;
  const { operator, clock } = openstack;
  const uses = new Map<string, number>();
  let born = 0;

  /** Makes it as the weather has it now, for one call. */
  const narrowed = (of: Of): (() => void) => {
    const lifts: (() => void)[] = [];
    const whileIs = (what: WindowName, begin: () => void, lift: () => void): void => {
      if (!weather.is(what)) return;
      begin();
      lifts.push(lift);
    };
    const [zone = ''] = SITE_ZONES;
    if (of.kind !== 'token' && of.kind !== 'flavours')
      whileIs(
        'a cell is down',
        () => operator.cell('down'),
        () => operator.cell('up'),
      );
    if (of.kind === 'servers')
      whileIs(
        'lists lag',
        () => operator.odd('lists-lag'),
        () => operator.odd(undefined),
      );
    if (of.kind === 'launch') {
      whileIs(
        'quota of the project',
        () => operator.quota(SHORT_QUOTA),
        () => operator.quota(SITE_SERVERS),
      );
      whileIs(
        'a zone is off',
        () => operator.zone(zone, 'disabled'),
        () => operator.zone(zone, 'enabled'),
      );
    }
    if ('instanceId' in of && isHit(of.instanceId)) {
      const id = of.instanceId.replace(/^os-/, '');
      whileIs(
        'servers locked',
        () => operator.lock(id, true),
        () => operator.lock(id, false),
      );
    }
    return () => {
      for (const lift of lifts) lift();
    };
  };

  const judged = (of: Of, by: Invocation): void => {
    if (of.kind === 'launch') witness.launchAsked(of.launchId, of.count);
    // What is ordered is judged, whether or not Nova then refuses it.
    if (of.kind === 'end') witness.ending([of.instanceId], by);
    if (of.kind === 'start' || of.kind === 'label') witness.waking([of.instanceId], by);
  };

  const noted = (of: Of, outcome: HttpOutcome, by: Invocation): void => {
    const all = site.instances();
    const made = all.slice(born);
    born = all.length;
    witness.born(made, by);
    if (outcome.kind !== 'answered') return;
    const { status, text } = outcome;
    if (of.kind === 'start' && status === 202)
      witness.woken(
        all.filter(({ instanceId }) => instanceId === of.instanceId),
        by,
      );
    if (of.kind === 'end' && status === 404) tally.add('server deleted that is gone');
    if (of.kind !== 'launch') return;
    if (status === 202 && made.length < of.count) tally.add('launch made in part');
    if (status === 400 && /key_name/.test(text)) tally.add('launch refused for its key pair');
    const isWithout = [...openstack.servers.values()].some((one) => /SHUTOFF|ERROR/.test(one.status));
    if (status === 403 && isWithout) tally.add('launch refused while servers without power take the quota');
  };

  const carryOut = (asked: HttpRequest, of: Of, by: Invocation): HttpOutcome => {
    judged(of, by);
    const lift = narrowed(of);
    const outcome = sentTo(openstack, asked);
    lift();
    noted(of, outcome, by);
    return of.kind === 'flavours' && weather.is('a flavour is missing') ? withoutOne(outcome) : outcome;
  };

  const enter = (asked: HttpRequest, of: Of, by: Invocation): HttpOutcome => {
    if (weather.is('credential not accepted')) {
      return answered(401, 'error', 'The request you have made requires authentication.');
    }
    if (!weather.is('Keystone down')) return carryOut(asked, of, by);
    return stream(seed, 'keystone', by.id, by.calls)() < 0.5
      ? answered(503, 'error', 'The server is currently unavailable.')
      : silence(asked);
  };

  /** A token that has come to its end by now, or is not taken from the beginning. */
  const endTokens = ({ headers = {} }: HttpRequest): void => {
    const token = headers['x-auth-token'] ?? '';
    const used = (uses.get(token) ?? 0) + 1;
    uses.set(token, used);
    const isOver = weather.is('tokens not accepted') || (used >= TOKEN_USES && weather.is('tokens end'));
    if (isOver) openstack.revoke(token);
  };

  return (asked: HttpRequest, by: Invocation): HttpOutcome => {
    const of = aboutOf(asked);
    if (of.kind === 'token') return enter(asked, of, by);
    const random = stream(seed, 'nova', by.id, by.calls, asked.method, asked.url);
    const strikes = (what: WindowName, share: number): boolean =>
      random() < share && weather.since(what) !== undefined && weather.is(what);
    const one = <T>(all: readonly [T, ...T[]]): T => all[Math.floor(all.length * random())] ?? all[0];
    endTokens(asked);
    if (strikes('Nova throttles', SHARE)) return answered(one(THROTTLED), 'overLimit', 'Too many requests.');
    if (strikes('Nova fails', SHARE)) {
      if (random() < CARRIED_OUT) carryOut(asked, of, by);
      return answered(one(FAILURES), 'computeFault', 'The server has either erred or is incapable.');
    }
    if (asked.method === 'GET') return carryOut(asked, of, by);
    if (strikes('Nova hangs up', CARRIED_OUT)) {
      carryOut(asked, of, by);
      return hungUp;
    }
    // Key pairs arrive: by them a late launch is refused.
    const mayBeLate = of.kind === 'launch' || 'instanceId' in of;
    if (!mayBeLate || !strikes('Nova hears late', CARRIED_OUT)) return carryOut(asked, of, by);
    const late = LATE_SECONDS.least + LATE_SECONDS.more * random();
    clock.at(clock.now + late, () => void carryOut(asked, of, by));
    return silence(asked);
  };
};
