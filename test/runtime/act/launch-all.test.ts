import { describe, expect, it } from 'vitest';
import type { LaunchOutcome, LaunchRequest, OpenLaunch } from '../../../core/model/launch.ts';
import type { LedgerView } from '../../../core/model/ledger.ts';
import { known, unknown } from '../../../core/model/snapshot.ts';
import type { Cloud } from '../../../core/ports.ts';
import { launchAll, replay } from '../../../runtime/act/launch-all.ts';
import { NEEDED_SECONDS } from '../../../runtime/run/time-left.ts';
import { inEc2, NOW, openLaunch, STAGE } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';
import { memoryEc2 } from '../memory-ec2.ts';
import { act, launchingNow } from './acting.ts';

type Given = Partial<Omit<OpenLaunch, 'request'>> & { readonly of?: Partial<LaunchRequest> };

/** A launch that nobody has heard of for three minutes, under a name of its own. */
const launchOf = (name: string, { of, ...more }: Given = {}): OpenLaunch => {
  const { request, ...launch } = openLaunch(2, NOW - 180);
  const tags = { ...request.tags, 'aerie:launch': name, ...of?.tags };
  return { ...launch, ...more, request: { ...request, launchId: name, clientToken: name, ...of, tags } };
};

const ON_SITE = { 'aerie:cloud': 'site' };
const REFUSED: LaunchOutcome = {
  ...{ kind: 'rejected', class: 'configuration', code: 'No', why: 'No: no' },
};
const THROTTLED: LaunchOutcome = { kind: 'throttled', code: 'slow', why: 'slow' };

interface Asked {
  readonly outcomes?: Readonly<Record<string, LaunchOutcome>>;
  readonly list?: Cloud['list'];
  readonly seconds?: number;
  readonly away?: readonly string[];
  readonly ledger?: Partial<LedgerView>;
  readonly holds?: () => Promise<boolean>;
}

/** A cloud of which launches come to these outcomes, a ledger, and what was asked, written and withdrawn. */
const world = ({ outcomes = {}, list, seconds = NEEDED_SECONDS.launch, away = [], ...more }: Asked) => {
  const { ledger } = fakeLedger(more.ledger);
  const asked: string[] = [];
  const { cloud } = memoryEc2();
  const opened: string[] = [];
  const opens: typeof ledger.launches.open = (launch) => {
    opened.push(launch.request.launchId);
    return ledger.launches.open(launch);
  };
  const ports = {
    cloud: {
      ...cloud,
      list: list ?? cloud.list,
      async launch(request: LaunchRequest) {
        asked.push(request.launchId);
        return outcomes[request.launchId] ?? cloud.launch(request);
      },
    },
    ledger: {
      ...ledger,
      leases: { ...ledger.leases, holds: more.holds ?? (async () => true) },
      launches: { ...ledger.launches, open: opens },
    },
    timeLeft: () => seconds,
  };
  const launching = { ...launchingNow(), away: new Set(away) };
  const open = async () => (await ledger.view()).launches.map(({ request }) => request.launchId);
  return { ports, launching, asked, opened, open, view: () => ledger.view() };
};

const replayed = async (launches: readonly OpenLaunch[], given: Asked = {}, active = ['default']) => {
  const made = world({ ...given, ledger: { ...given.ledger, launches } });
  const view = await made.view();
  const after = await replay(view, (fleet) => active.includes(fleet), made.launching, made.ports);
  return { ...made, after };
};

describe('launches whose outcome is not known', () => {
  it('are asked for again, and counted with what they brought', async () => {
    const { asked, after, open, launching } = await replayed([launchOf('a'), launchOf('b')]);
    launching.failures.throwAny();
    expect(asked).toEqual(['a', 'b']);
    expect([after.workers.length, after.launches, await open()]).toEqual([4, [], []]);
  });

  it.each<readonly [string, OpenLaunch, Asked, readonly string[]]>([
    ['is intended, and by this lease', launchOf('a', { intendedBy: 1 }), {}, ['a']],
    ['is intended, and by a later lease', launchOf('a', { intendedBy: 2 }), {}, ['a']],
    ['is intended, and by an earlier lease: it is taken away', launchOf('a', { intendedBy: 0 }), {}, []],
    ['is on a cloud that is away', launchOf('a', { of: { tags: ON_SITE } }), { away: ['site'] }, ['a']],
    ['is of a fleet that may not launch', launchOf('a', { of: { fleet: 'paused' } }), {}, ['a']],
    ['nobody has time for', launchOf('a'), { seconds: NEEDED_SECONDS.launch - 1 }, ['a']],
    ['its cloud does not say of', launchOf('a'), { list: async () => unknown('away') }, ['a']],
    ['was asked for a moment ago', launchOf('a', { createdAt: NOW - 60 }), {}, ['a']],
  ])('is not asked for where one %s', async (_, launch, given, left) => {
    const { asked, after, open, launching } = await replayed([launch], given);
    launching.failures.throwAny();
    expect([asked, await open()]).toEqual([[], left]);
    expect(after.launches.map(({ request }) => request.launchId)).toEqual(left);
  });

  it.each([
    ['before the moment that its pace sets', 1, ['site']],
    ['at that moment', 0, ['ec2', 'site']],
  ])('are asked of EC2 not %s; a cloud beside it has no pace', async (_, after, asks) => {
    const launches = [launchOf('ec2'), launchOf('site', { of: { tags: ON_SITE } })];
    const pace = { most: 5, waitSeconds: 60, notBefore: NOW + after };
    const { asked } = await replayed(launches, { ledger: { pace } });
    expect(asked).toEqual(asks);
  });

  it('are asked of a cloud no more once it throttles one, and of the other all the same', async () => {
    const many = Array.from({ length: 12 }, (_, n) => launchOf(`ec2.${n}`));
    const launches = [...many, launchOf('site', { of: { tags: ON_SITE } })];
    const outcomes = Object.fromEntries(many.map(({ request }) => [request.launchId, THROTTLED]));
    const { asked, launching, after } = await replayed(launches, { outcomes });
    // Eight are under way at once.
    expect(asked.filter((name) => name.startsWith('ec2'))).toHaveLength(8);
    expect(asked).toContain('site');
    expect([launching.brake.throttled, launching.otherBrake.throttled]).toEqual([2, undefined]);
    expect(after.launches).toHaveLength(12);
  });

  it('count as open if something went wrong with them', async () => {
    const list: Cloud['list'] = async (tags, now) => {
      if (tags['aerie:launch'] === 'a') throw new Error('not you');
      return known([], now);
    };
    const { after, launching, asked } = await replayed([launchOf('a'), launchOf('b')], { list });
    expect(asked).toEqual(['b']);
    expect(after.launches.map(({ request }) => request.launchId)).toEqual(['a']);
    expect(() => launching.failures.throwAny()).toThrow('not you');
  });

  it('are looked for by what tells them from those of another stage and cloud', async () => {
    const asked: unknown[] = [];
    const list: Cloud['list'] = async (tags, now) => {
      asked.push(tags);
      return known([], now);
    };
    const { request, ...bare } = launchOf('c');
    const tagless = { ...bare, request: { ...request, tags: {} } };
    await replayed([launchOf('a'), launchOf('b', { of: { tags: ON_SITE } }), tagless], { list });
    expect(asked).toStrictEqual([
      { 'aerie:stage': 'lab', 'aerie:launch': 'a' },
      { 'aerie:stage': 'lab', 'aerie:launch': 'b', 'aerie:cloud': 'site' },
      { 'aerie:launch': 'c' },
    ]);
  });

  it('that show are closed with those that are there, as old as their cloud says, at what they cost', async () => {
    const prices = { 'm6i.large': 0.1, 'm6i.xlarge': 0.2 };
    const there = (id: string, flavour: string) =>
      inEc2(id, { launchedAt: NOW - 170, offer: { flavour, zone: 'us-east-1a', market: 'on-demand' } });
    const list = async () => known([there('i-1', 'm6i.large'), there('i-2', 'm9.huge')], NOW);
    const launch = launchOf('a', { prices, of: { tags: { 'aerie:max-life-seconds': '1000' } } });
    const { after, asked } = await replayed([launch], { list });
    expect(asked).toEqual([]);
    expect(after.workers).toMatchObject([
      { instanceId: 'i-1', launchedAt: NOW - 170, launchId: 'a', cost: { dollarsPerHour: 0.1 } },
      // EC2 launched what nobody asked for: the dearest is assumed.
      { instanceId: 'i-2', state: { kind: 'booting' }, cost: { dollarsPerHour: 0.2 } },
    ]);
    const free = await replayed([launchOf('a')], { list });
    expect(free.after.workers[0]).not.toHaveProperty('cost');
  });

  it('that are of a canary make its template rest where EC2 refuses them', async () => {
    const template = { id: 'lt-9', version: '9' };
    const canary = launchOf('a', { isCanary: true, of: { template } });
    const refused: LaunchOutcome = {
      ...{ kind: 'answered', launched: [], noFleet: true },
      refused: [
        { offer: { flavour: 'x', zone: 'z', market: 'spot' }, class: 'configuration', code: 'No', why: 'No' },
      ],
    };
    const { after, view } = await replayed([canary], { outcomes: { a: refused } });
    expect(after.boots).toMatchObject([{ template }]);
    expect((await view()).boots).toMatchObject([{ template }]);
  });
});

const planned = (name: string, of: Partial<LaunchRequest> = {}) => {
  const { request, offers } = launchOf(name, { of });
  return { request, offers };
};

const launched = async (names: readonly ReturnType<typeof planned>[], given: Asked = {}) => {
  const made = world(given);
  const decisions = [{ ...act(), kind: 'rest' } as const, act({ launches: names })];
  const after = await launchAll(decisions, await made.view(), made.launching, made.ports);
  return { ...made, after };
};

const PACE = { most: 5, waitSeconds: 60, notBefore: NOW };

describe('launches that were decided', () => {
  it('are asked for, each once, and none that is open already', async () => {
    const { asked, after, view, launching } = await launched([planned('a'), planned('b')], {
      ledger: { launches: [launchOf('a')] },
    });
    launching.failures.throwAny();
    expect(asked).toEqual(['b']);
    expect(after).toBeDefined();
    expect((await view()).workers).toHaveLength(2);
  });

  it('are open with the moment of the call until it is answered, under nobody’s name', async () => {
    const { view } = await launched([planned('a')], { outcomes: { a: { kind: 'unclear', why: 'lost' } } });
    expect((await view()).launches).toEqual([{ ...planned('a'), createdAt: NOW, unansweredAt: NOW }]);
  });

  it('are not asked for without the lease, and left to whoever has it', async () => {
    for (const holds of [async () => false, () => Promise.reject(new Error('no table'))]) {
      const { asked, after, open } = await launched([planned('a')], { holds });
      expect([asked, after, await open()]).toEqual([[], undefined, []]);
    }
  });

  it('make nobody sure of the lease where there are none', async () => {
    const holds = () => Promise.reject(new Error('nobody is to ask'));
    const { after, launching } = await launched([], { holds });
    launching.failures.throwAny();
    expect(after).toBeDefined();
  });

  it('are withdrawn without time for them', async () => {
    const { asked, open } = await launched([planned('a')], { seconds: NEEDED_SECONDS.launch - 1 });
    expect([asked, await open()]).toEqual([[], []]);
  });

  it('are taken back once one was throttled, of its cloud alone, and slow the next tick down', async () => {
    const names = Array.from({ length: 100 }, (_, n) => planned(`ec2.${n}`));
    const outcomes = Object.fromEntries(names.map(({ request }) => [request.launchId, THROTTLED]));
    const { asked, opened, open, view } = await launched([planned('site', { tags: ON_SITE }), ...names], {
      outcomes,
    });
    // Eight are under way at once. The cloud beside EC2 is asked, whenever its turn comes.
    expect(asked.filter((name) => name !== 'site').length).toBeLessThanOrEqual(8);
    expect(asked).toContain('site');
    expect(opened.filter((name) => name !== 'site').length).toBeLessThanOrEqual(40);
    expect(await open()).toEqual([]);
    expect((await view()).pace).toMatchObject({ notBefore: NOW + 60 });
  });

  it('are asked for in another order each time where there may be no time for all', async () => {
    const names = Array.from({ length: 100 }, (_, n) => planned(`ec2.${n}`));
    const firstAt = async (now: number) => {
      const made = world({ seconds: Number.POSITIVE_INFINITY });
      await launchAll([act({ launches: names })], await made.view(), { ...made.launching, now }, made.ports);
      expect([...made.asked].sort()).toEqual(names.map(({ request }) => request.launchId).sort());
      return made.asked[0];
    };
    const firsts = await Promise.all([0, 20, 40, 60].map((later) => firstAt(NOW + later)));
    expect(new Set(firsts).size).toBe(4);
  });

  it.each([
    ['where EC2 has taken one', [planned('a')], {}, 20],
    ['where a wake has shown it to be open', [], {}, 20],
    [
      'not where it has refused one',
      [planned('a')],
      { outcomes: { a: { kind: 'unclear', why: 'lost' } } },
      5,
    ],
    ['not where a cloud beside it has taken one', [planned('a', { tags: ON_SITE })], {}, 5],
  ] as const)('let the pace go up %s', async (which, names, given, most) => {
    const made = world({ ...given, ledger: { pace: PACE } });
    if (which.includes('wake')) made.launching.brake.isOpen = true;
    await launchAll([act({ launches: names })], await made.view(), made.launching, made.ports);
    expect((await made.view()).pace?.most).toBe(most);
  });

  it('may be forgotten by their cloud once the ledger has what they made, and not where they made nothing', async () => {
    const forgotten: string[] = [];
    const made = world({ outcomes: { a: { kind: 'answered', launched: [], refused: [], noFleet: true } } });
    const cloud: Cloud = {
      ...made.ports.cloud,
      async forgetLaunch({ launchId }) {
        forgotten.push(`${launchId} ${(await made.view()).workers.length}`);
      },
    };
    const decision = act({ launches: [planned('a'), planned('b')] });
    await launchAll([decision], await made.view(), made.launching, { ...made.ports, cloud });
    made.launching.failures.throwAny();
    expect(forgotten).toEqual(['b 2']);
  });

  it('that somebody else has written down meanwhile are not asked for', async () => {
    const later = launchOf('a', { intendedBy: 2 });
    const made = world({ ledger: { launches: [later] } });
    const view = { ...(await made.view()), launches: [] };
    await launchAll([act({ launches: [planned('a'), planned('b')] })], view, made.launching, made.ports);
    made.launching.failures.throwAny();
    expect(made.asked).toEqual(['b']);
    expect((await made.view()).launches).toEqual([later]);
  });

  it('of which EC2 refuses one, fail no other, and cool what was refused', async () => {
    const { asked, view, launching } = await launched([planned('a'), planned('b')], {
      outcomes: { a: REFUSED },
    });
    launching.failures.throwAny();
    expect(asked).toEqual(['a', 'b']);
    const { cooling, workers } = await view();
    expect(cooling).toHaveLength(STAGE.placements.length);
    expect(workers).toHaveLength(2);
  });

  it('that try a template make it rest where EC2 refuses them, in what is known after them too', async () => {
    const template = { id: 'lt-9', version: '9' };
    const refused: LaunchOutcome = {
      ...{ kind: 'answered', launched: [], noFleet: true },
      refused: [
        {
          ...{ offer: { flavour: 'x', zone: 'z', market: 'spot' }, class: 'configuration' },
          ...{ code: 'No', why: 'No' },
        },
      ],
    };
    const canary = { ...planned('a', { template }), isCanary: true as const };
    const { after, view } = await launched([canary, planned('b')], { outcomes: { a: refused } });
    expect(after?.boots).toMatchObject([{ template }]);
    expect((await view()).boots).toMatchObject([{ template }]);
  });

  it('that EC2 takes for others under their token are for a person to see', async () => {
    const { launching, open } = await launched([planned('a')], {
      outcomes: { a: { kind: 'mismatched', code: 'Idempotent', why: 'Idempotent: no' } },
    });
    expect(() => launching.failures.throwAny()).toThrow('EC2 did not take launch a: ');
    expect(await open()).toEqual(['a']);
  });
});
