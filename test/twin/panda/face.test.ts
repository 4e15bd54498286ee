import { describe, expect, it, onTestFinished } from 'vitest';
import { request } from '../../../adapters/http.ts';
import { panda } from '../../../adapters/panda.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { pandaFace } from '../../../twin/panda/face.ts';
import type { JobOrder } from '../../../twin/panda/job.ts';
import { inflated } from '../../../twin/panda/statistics.ts';
import { type PandaMode, pandaWorld } from '../../../twin/panda/world.ts';

const START = 1_900_000_000;
const SITES = {
  S: { status: 'online' },
  T: { status: 'test', type: 'production', coreCount: 8 },
  U: { status: null },
} as const;

const order = (id: number, more: Partial<JobOrder> = {}): JobOrder => ({
  id,
  siteid: 'S',
  resourceType: 'SCORE',
  cores: 1,
  arrivesAt: START,
  runSeconds: 600,
  ...more,
});

/** A PanDA whose view shows two activated jobs and a running one; `later` moves on to the next refresh. */
const facing = async (orders: readonly JobOrder[] = [order(1), order(2), order(3, { label: 'user' })]) => {
  const clock = simulatedClock(START);
  const world = pandaWorld({ clock, sites: SITES, holdingSeconds: 60 });
  for (const one of orders) world.jobs.arrive(one);
  if (orders.length > 0) world.jobs.start(world.jobs.acquire('S')?.id ?? 0);
  const later = () => {
    const seconds = clock.now + 120;
    for (let next = clock.next(); next !== undefined && next <= seconds; next = clock.next()) clock.step();
    clock.advance(seconds);
  };
  later();
  const face = await pandaFace(world);
  onTestFinished(() => face.close());
  const ask = async (
    path: string,
    more: { accept?: string; body?: unknown; method?: 'GET' | 'POST' } = {},
  ) => {
    const outcome = await request({
      url: `${face.url}/${path}`,
      method: more.method ?? (more.body === undefined ? 'GET' : 'POST'),
      headers: { accept: more.accept ?? 'application/json' },
      ...(more.body === undefined ? {} : { body: more.body }),
      timeoutSeconds: 5,
      random: () => 0,
    });
    if (outcome.kind === 'failed') throw new Error(outcome.why);
    return outcome;
  };
  const json = async (...args: Parameters<typeof ask>) => JSON.parse((await ask(...args)).text);
  return { world, face, ask, json, later };
};

describe("the simulated PanDA's statistics", () => {
  it('come by site, with zeros where PanDA shows them', async () => {
    const { json } = await facing();
    expect(await json('statistics/active_job_stats_by_site')).toEqual({
      success: true,
      message: '',
      data: { S: { assigned: 0, activated: 2, running: 1 } },
    });
  });

  it('come by site, resource type and label', async () => {
    const { json } = await facing();
    expect(await json('statistics/active_job_detailed_stats_by_site')).toEqual({
      success: true,
      message: '',
      data: {
        S: {
          SCORE: {
            managed: { assigned: 0, activated: 1, running: 1 },
            user: { assigned: 0, activated: 1, running: 0 },
          },
        },
      },
    });
  });

  it('come by site and resource type with the finished jobs of the last minutes', async () => {
    const { world, json, later } = await facing();
    world.jobs.finish(1);
    later();
    const path = 'statistics/job_stats_by_site_and_resource_type';
    const counts = { assigned: 0, activated: 2, running: 0, failed: 0 };
    expect((await json(path)).data).toEqual({ S: { SCORE: { ...counts, finished: 1 } } });
    expect((await json(`${path}?time_window=1.0`)).data.S.SCORE.finished).toBe(1);
    expect((await json(`${path}?time_window=0`)).data.S.SCORE.finished).toBe(0);
    expect((await json(`${path}?time_window=None`)).data.S.SCORE.finished).toBe(1);
  });

  it('stay the same until they are refreshed', async () => {
    const { world, ask, later } = await facing();
    const path = 'statistics/active_job_stats_by_site';
    const { text } = await ask(path);
    world.jobs.acquire('S');
    expect((await ask(path)).text).toBe(text);
    later();
    expect(JSON.parse((await ask(path)).text).data.S).toMatchObject({ activated: 1, sent: 1 });
  });

  it('are inflated in what is read from the active jobs, not in those that are defined or assigned', () => {
    const once = { S: { SCORE: { managed: { activated: 5, holding: 2, assigned: 4, defined: 3 } } } };
    expect(inflated(once, 3)).toEqual({
      S: { SCORE: { managed: { activated: 15, holding: 6, assigned: 4, defined: 3 } } },
    });
  });

  it('fail when there is no job at all', async () => {
    const { json } = await facing([]);
    expect(await json('statistics/active_job_detailed_stats_by_site')).toEqual({
      success: false,
      message: 'Database failure getting the job statistics',
      data: {},
    });
  });
});

describe("the simulated PanDA's wire", () => {
  it.each([
    ['application/json', true],
    ['application/json, text/plain, */*', false],
    ['*/*', false],
  ])('is JSON for Accept: %s (%s)', async (accept, isJson) => {
    const { ask } = await facing();
    const { text } = await ask('system/is_alive', { accept });
    expect(text).toBe(
      isJson ? '{"success":true,"message":"","data":null}' : "{'success': True, 'message': '', 'data': None}",
    );
  });

  it('is labelled text/plain whatever it is', async () => {
    const { face } = await facing();
    const reply = await fetch(`${face.url}/system/is_alive`, { headers: { accept: 'application/json' } });
    expect(reply.headers.get('content-type')).toBe('text/plain');
  });

  it.each([
    ['statistics/getJobStatisticsPerSite', 'getJobStatisticsPerSite'],
    ['statistics', 'statistics'],
    ['../../server/panda/getSiteSpecs', 'getSiteSpecs'],
    ['../v2/system/is_alive', 'is_alive'],
    ['../latest/system/is_alive', 'is_alive'],
    ['statistics/constructor', 'constructor'],
  ])('forbids %s', async (path, method) => {
    const { ask } = await facing();
    expect(await ask(path)).toMatchObject({ status: 403, text: `ERROR : method ${method} is forbidden` });
  });

  it.each([
    ['statistics/active_job_stats_by_site?site=S', /^Argument error: /],
    ['statistics/job_stats_by_site_and_resource_type?time_window=soon', /^Type error: 'time_window'/],
    ['statistics/job_stats_by_site_and_resource_type?time_window=1&time_window=2', /^Type error: /],
    ['statistics/job_stats_by_site_and_resource_type?time_window=10081', /^time_window/],
    ['pilot/acquire_jobs', /^expecting POST, received GET$/],
  ])('refuses %s with status 200', async (path, message) => {
    const { json } = await facing();
    expect(await json(path)).toMatchObject({ success: false, message: expect.stringMatching(message) });
  });

  it.each([
    ['?type=all', ['S', 'T', 'U']],
    ['?type=production', ['T']],
    ['?type=unified', ['S', 'U']],
    ['', []],
  ])('gives sites for type%s', async (query, sites) => {
    const { json } = await facing();
    expect(Object.keys((await json(`metaconfig/get_site_specs${query}`)).data)).toEqual(sites);
  });
});

describe('what breaks the simulated PanDA before a method answers', () => {
  const posted = async (body: string, contentType = 'application/json') => {
    const { face } = await facing();
    const reply = await fetch(`${face.url}/pilot/acquire_jobs`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': contentType },
      body,
    });
    return { status: reply.status, text: await reply.text() };
  };

  it.each([
    ['half of the JSON', '{"site_name": "S"', /^ERROR : received invalid JSON : /],
    ['no JSON at all', '', /^ERROR : received invalid JSON : /],
    ['a list', '[]', /argument after \*\* must be a mapping, not list$/],
    ['a text', '"S"', /argument after \*\* must be a mapping, not str$/],
    ['a parameter called req', '{"site_name": "S", "req": 1}', /got multiple values for argument 'req'$/],
  ])('is a 500 for %s', async (_, body, text) => {
    expect(await posted(body)).toEqual({ status: 500, text: expect.stringMatching(text) });
  });

  it('is a 500 for req in the query too', async () => {
    const { ask } = await facing();
    expect(await ask('statistics/active_job_stats_by_site?req=1')).toMatchObject({
      status: 500,
      text: expect.stringMatching(/got multiple values for argument 'req'$/),
    });
  });

  it('is not a form: its fields are the parameters', async () => {
    const { status, text } = await posted('site_name=S', 'application/x-www-form-urlencoded');
    expect({ status, ...JSON.parse(text) }).toMatchObject({ status: 200, success: true });
  });
});

describe('a pilot at the simulated PanDA', () => {
  it('gets jobs until there are none, and tells how they go', async () => {
    const { world, json } = await facing();
    const body = { site_name: 'S', resource_type: 'SCORE', n_jobs: 5, node: 'slot1@worker' };
    const sleeps = { transformation: 'sleep', jobPars: '600' };
    expect((await json('pilot/acquire_jobs', { body })).data).toEqual({
      StatusCode: 0,
      jobs: [
        { StatusCode: 0, PandaID: 2, prodSourceLabel: 'managed', coreCount: 1, ...sleeps },
        { StatusCode: 0, PandaID: 3, prodSourceLabel: 'user', coreCount: 1, ...sleeps },
      ],
    });
    expect(await json('pilot/acquire_jobs', { body })).toEqual({
      success: false,
      message: 'No jobs in PanDA',
      data: null,
    });
    const tell = (job_status: string) => json('pilot/update_job', { body: { job_id: 2, job_status } });
    for (const status of ['starting', 'running', 'running', 'finished']) {
      expect(await tell(status)).toMatchObject({ success: true });
    }
    expect(world.jobs.find(2)).toMatchObject({ state: 'holding' });
    expect(await tell('running')).toMatchObject({ success: false });
    expect(await tell('asleep')).toMatchObject({ success: false });
  });

  it.each([
    ['pilot/acquire_jobs', { n_jobs: 1 }, /^Argument error: .*site_name/],
    ['pilot/update_job', { job_id: 'x', job_status: 'running' }, /^Type error: 'job_id'/],
    ['pilot/update_job', { job_id: 99, job_status: 'running' }, /99/],
  ])('is refused by %s for %j', async (path, body, message) => {
    const { json } = await facing();
    expect(await json(path, { body })).toMatchObject({
      success: false,
      message: expect.stringMatching(message),
    });
  });
});

describe('aerie at the simulated PanDA', () => {
  const value = {
    S: {
      SCORE: {
        managed: { assigned: 0, activated: 1, running: 1 },
        user: { assigned: 0, activated: 1, running: 0 },
      },
    },
  };
  const threefold = {
    S: {
      SCORE: {
        managed: { assigned: 0, activated: 3, running: 3 },
        user: { assigned: 0, activated: 3, running: 0 },
      },
    },
  };
  const known = (of: object) => ({ kind: 'known', observedAt: START, value: of });
  const unknown = (why: string) => ({ kind: 'unknown', why });

  it.each([
    ['ok', known(value)],
    ['inflated', known(threefold)],
    ['refuses', unknown('PanDA answered success:false: Database failure getting the job statistics')],
    ['html-503', unknown('PanDA answered 503 with HTML')],
    ['silent', unknown('PanDA did not answer within 0.5 s')],
    [
      'odd-site',
      known({ ...value, ODD_SITE: expect.stringMatching(/^data\.ODD_SITE\.SCORE\.managed\.activated: /) }),
    ],
    ['hangs up', unknown('PanDA broke off in the middle of its answer: aborted')],
    [
      'python',
      unknown("PanDA answered {'success'…, a Python dict: the Accept header did not arrive as sent"),
    ],
  ] satisfies [PandaMode, object][])(
    'reads the jobs, or why not, when PanDA is in mode %s',
    async (mode, expected) => {
      const { world, face } = await facing();
      world.turn(mode);
      const client = panda({ baseUrl: face.url, timeoutSeconds: 0.5, random: () => 0 });
      expect(await client.jobs(START)).toEqual(expected);
      world.turn('ok');
      expect(await client.jobs(START)).toEqual(known(value));
    },
  );

  it('reads the status of sites as it changes', async () => {
    const { world, face } = await facing();
    const client = panda({ baseUrl: face.url, timeoutSeconds: 5, random: () => 0 });
    expect(await client.sites(START)).toEqual(known({ S: { status: 'online' }, T: { status: 'test' } }));
    world.setSite('S', { status: 'offline' });
    world.setSite('U', { status: 'brokeroff' });
    expect(await client.sites(START + 300)).toMatchObject({
      value: { S: { status: 'offline' }, T: { status: 'test' }, U: { status: 'brokeroff' } },
    });
  });

  it('sees no jobs of a site that has none, and nothing of an empty server', async () => {
    const { world, face, later } = await facing([order(1)]);
    const client = panda({ baseUrl: face.url, timeoutSeconds: 5, random: () => 0 });
    world.jobs.arrive(order(9, { siteid: 'T', arrivesAt: world.clock.now }));
    world.jobs.finish(1);
    later();
    expect(await client.jobs(START)).toEqual(
      known({ T: { SCORE: { managed: { assigned: 0, activated: 1, running: 0 } } } }),
    );
    world.jobs.acquire('T');
    world.jobs.start(9);
    world.jobs.finish(9);
    later();
    expect(await client.jobs(START)).toMatchObject({ kind: 'unknown' });
  });
});
