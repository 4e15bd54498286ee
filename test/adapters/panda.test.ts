import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { panda } from '../../adapters/panda.ts';
import {
  answering,
  HASTY_SECONDS,
  hangingUp,
  PATIENT_SECONDS,
  type Respond,
  serving,
  silent,
} from './serving.ts';

const NOW = 1_900_000_000;
const clientOf = (baseUrl: string, timeoutSeconds = PATIENT_SECONDS) =>
  panda({ baseUrl, timeoutSeconds, random: () => 0 });

const JOBS = {
  success: true,
  message: '',
  data: {
    BNL_CLOUD: {
      SCORE: {
        managed: { activated: 80, running: 300, assigned: 0 },
        user: { activated: 5, running: 0, assigned: 0, throttled: 2 },
      },
      null: { null: { activated: 1, running: 0, assigned: 0 } },
    },
  },
};
const withCount = (count: unknown) => ({
  ...JOBS,
  data: { S: { SCORE: { managed: { activated: count } } } },
});

describe("PanDA's statistics", () => {
  it('are asked for with exactly the header that makes them JSON, and no credentials', async () => {
    const { url, seen } = await serving(answering(200, JOBS));
    await clientOf(`${url}/api/v1`).jobs(NOW);
    expect(seen).toMatchObject([
      { method: 'GET', path: '/api/v1/statistics/active_job_detailed_stats_by_site' },
    ]);
    expect(seen[0]?.headers.accept).toBe('application/json');
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it('are the jobs by site, resource type and label, as of their receipt', async () => {
    const { url } = await serving(answering(200, JOBS));
    expect(await clientOf(url).jobs(NOW)).toEqual({ kind: 'known', observedAt: NOW, value: JOBS.data });
  });

  it.each([
    ['a null', { SCORE: { managed: { activated: null } } }, 'SCORE.managed.activated: '],
    ['a text', { SCORE: { managed: { activated: '7' } } }, 'SCORE.managed.activated: '],
    ['half a job', { SCORE: { managed: { running: 0.5 } } }, 'SCORE.managed.running: '],
    ['less than none', { MCORE: { user: { assigned: -1 } } }, 'MCORE.user.assigned: '],
    ['a label that is a number', { SCORE: { managed: 7 } }, 'SCORE.managed: '],
    ['a list for a resource type', { SCORE: [] }, 'SCORE: '],
    ['a site that is null', null, ''],
    [
      'thousands of states',
      { SCORE: { managed: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`s${n}`, 1])) } },
      '',
    ],
    ['a name of a million letters', { ['x'.repeat(1_000_000)]: 1 }, 'xxxxx'],
    ['a site that is a text', 'BNL', ''],
  ])('are odd for one site alone: %s', async (_, odd, where) => {
    const { url, seen } = await serving(answering(200, { ...JOBS, data: { ...JOBS.data, OTHER: odd } }));
    const dot = where === '' ? ': ' : `.${where}`;
    const told = expect.stringMatching(new RegExp(`^data\\.OTHER${dot}.{1,200}$`));
    expect(await clientOf(url).jobs(NOW)).toEqual({
      kind: 'known',
      observedAt: NOW,
      value: { ...JOBS.data, OTHER: told },
    });
    expect(seen).toHaveLength(1);
  });

  it('are odd for a site of objects in one another without end', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const { url } = await serving(
      answering(200, `{"success":true,"data":{"OTHER":${deep},"S":{"SCORE":{"managed":{"activated":1}}}}}`),
    );
    expect(await clientOf(url).jobs(NOW)).toMatchObject({
      value: {
        S: { SCORE: { managed: { activated: 1 } } },
        OTHER: expect.stringMatching(/^data\.OTHER\.a\.a\.a: /),
      },
    });
  });

  it('are unknown if they are of more sites than there can be', async () => {
    const data = Object.fromEntries(Array.from({ length: 20_001 }, (_, n) => [`S${n}`, {}]));
    const { url } = await serving(answering(200, { ...JOBS, data }));
    expect(await clientOf(url).jobs(NOW)).toEqual({
      kind: 'unknown',
      why: 'PanDA answered 20001 sites; more than 20000 are not read',
    });
  });

  it('are unknown if they take more than 8 MB unpacked, and are not asked for again', async () => {
    const large = JSON.stringify({ ...JOBS, message: 'x'.repeat(8 * 2 ** 20) });
    const { url, seen } = await serving((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large));
    });
    expect(await clientOf(url).jobs(NOW)).toEqual({
      kind: 'unknown',
      why: 'PanDA sent more than 8388608 bytes',
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    [
      'success: false',
      answering(200, { success: false, message: 'Database failure getting the job statistics', data: {} }),
      1,
      'PanDA answered success:false: Database failure getting the job statistics',
    ],
    [
      'a Python dict',
      answering(200, "{'success': True, 'message': '', 'data': {}}"),
      1,
      "PanDA answered {'success'…, a Python dict: the Accept header did not arrive as sent",
    ],
    [
      'a forbidden method',
      answering(403, 'ERROR : method getJobStatisticsPerSite is forbidden'),
      1,
      'PanDA answered 403: ERROR : method getJobStatisticsPerSite is forbidden; check AERIE_PANDA_URL, asking again does not help',
    ],
    [
      'a refused token',
      answering(403, 'ERROR : Token authentication failed'),
      1,
      /^PanDA answered 403: ERROR : Token authentication failed;/,
    ],
    ['404', answering(404, 'not found'), 2, 'PanDA answered 404: not found'],
    ['500', answering(500, "name 'x' is not defined"), 2, "PanDA answered 500: name 'x' is not defined"],
    ['502', answering(502, '<html><body>Proxy Error</body></html>'), 2, 'PanDA answered 502 with HTML'],
    [
      '503',
      answering(503, '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html>'),
      2,
      'PanDA answered 503 with HTML',
    ],
    ['HTML from a cache', answering(200, '<html>It works</html>'), 2, 'PanDA answered 200 with HTML'],
    [
      'half of the JSON',
      answering(200, JSON.stringify(JOBS).slice(0, 60)),
      2,
      'PanDA answered no JSON: {"success":true,"message":"","data":{"BNL_CLOUD":{"SCORE":{"',
    ],
    ['nothing at all', answering(200, ''), 2, 'PanDA answered no JSON: (nothing)'],
    ['a closed connection', hangingUp, 2, 'PanDA could not be reached: socket hang up'],
    ['a redirection', answering(302, 'elsewhere'), 1, 'PanDA answered 302: elsewhere'],
    [
      'success: true with nothing in it',
      answering(200, { success: true, message: '', data: {} }),
      1,
      'PanDA answered success:true without a single site',
    ],
    [
      'success as a word',
      answering(200, { success: 'true', data: {} }),
      1,
      /^PanDA answered without success and data/,
    ],
    ['JSON that is no object', answering(200, '[]'), 1, 'PanDA answered without success and data: []'],
    ['no data', answering(200, { success: true, message: '' }), 1, /^PanDA answered unexpected data: data:/],
    [
      'a list for data',
      answering(200, { success: true, data: [1] }),
      1,
      /^PanDA answered unexpected data: data:/,
    ],
    [
      'a number for a site',
      answering(200, { success: true, data: { S: 1 } }),
      1,
      /^PanDA answered unexpected data: data\.S:/,
    ],
    [
      'a negative count',
      answering(200, withCount(-1)),
      1,
      /^PanDA answered unexpected data: data\.S\.SCORE\.managed\.activated:/,
    ],
    ['half a job', answering(200, withCount(0.5)), 1, /data\.S\.SCORE\.managed\.activated:/],
    ['a count as text', answering(200, withCount('7')), 1, /data\.S\.SCORE\.managed\.activated:/],
    ['a count that is null', answering(200, withCount(null)), 1, /data\.S\.SCORE\.managed\.activated:/],
  ] satisfies [string, Respond, number, string | RegExp][])(
    'are unknown after %s',
    async (_, respond, tries, why) => {
      const { url, seen } = await serving(respond);
      const snapshot = await clientOf(url).jobs(NOW);
      expect(snapshot).toEqual({
        kind: 'unknown',
        why: typeof why === 'string' ? why : expect.stringMatching(why),
      });
      expect(seen).toHaveLength(tries);
    },
  );

  it('are unknown if no answer comes in time', async () => {
    const { url, seen } = await serving(silent);
    expect(await clientOf(url, HASTY_SECONDS).jobs(NOW)).toEqual({
      kind: 'unknown',
      why: 'PanDA did not answer within 0.5 s',
    });
    expect(seen).toHaveLength(2);
  });

  it('are asked for again at another address after a failure', async () => {
    const { port, seen } = await serving(
      (response, one, nth) => answering(nth === 1 ? 500 : 200, nth === 1 ? 'oops' : JOBS)(response, one, nth),
      ['127.0.0.1', '127.0.0.2'],
    );
    const client = panda({
      baseUrl: `http://panda.example:${port}`,
      timeoutSeconds: 5,
      random: () => 0,
      lookup: async () => ['127.0.0.1', '127.0.0.2'],
    });
    expect(await client.jobs(NOW)).toMatchObject({ kind: 'known' });
    expect(seen.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.2']);
  });

  it('are asked for only once in a tick while PanDA is silent, and twice again after it has spoken', async () => {
    let respond: Respond = hangingUp;
    const { url, seen } = await serving((...all) => respond(...all));
    const client = clientOf(url);
    const triesOf = async (answer: Respond) => {
      respond = answer;
      const before = seen.length;
      await client.jobs(NOW);
      return seen.length - before;
    };
    expect(await triesOf(hangingUp)).toBe(2);
    expect(await triesOf(hangingUp)).toBe(1);
    expect(await triesOf(hangingUp)).toBe(1);
    expect(await triesOf(answering(500, 'back'))).toBe(1);
    expect(await triesOf(answering(500, 'back'))).toBe(2);
  });
});

describe("PanDA's sites", () => {
  const specs = (status: unknown) => ({
    success: true,
    message: '',
    data: {
      BNL_CLOUD: {
        sitename: 'BNL_CLOUD',
        status,
        coreCount: null,
        lastmod: { __datetime__: '2026-08-06T12:00:00' },
      },
    },
  });

  it('are asked for with type=all and known by status', async () => {
    const { url, seen } = await serving(answering(200, specs('online')));
    expect(await clientOf(url).sites(NOW)).toEqual({
      kind: 'known',
      observedAt: NOW,
      value: { BNL_CLOUD: { status: 'online' } },
    });
    expect(seen).toMatchObject([{ path: '/metaconfig/get_site_specs?type=all' }]);
  });

  it.each([[null], [''], ['None'], [' '], [undefined], [3]])(
    'are not known, one by one, whose status is %j',
    async (status) => {
      const { url } = await serving(answering(200, specs(status)));
      expect(await clientOf(url).sites(NOW)).toEqual({ kind: 'known', observedAt: NOW, value: {} });
    },
  );

  it.each([[null], ['online'], [[]], [7]])('are not known, one by one, that are %j', async (odd) => {
    const { url } = await serving(
      answering(200, { ...specs('online'), data: { ...specs('online').data, OTHER: odd } }),
    );
    expect(await clientOf(url).sites(NOW)).toMatchObject({ value: { BNL_CLOUD: { status: 'online' } } });
  });

  it('are asked for every five minutes, not every tick', async () => {
    const { url, seen } = await serving(answering(200, specs('online')));
    const client = clientOf(url);
    const first = await client.sites(NOW);
    expect(await client.sites(NOW + 299)).toBe(first);
    expect(seen).toHaveLength(1);
    expect(await client.sites(NOW + 300)).toMatchObject({ observedAt: NOW + 300 });
    expect(seen).toHaveLength(2);
  });

  it('stay what they were, with their true age, while PanDA fails', async () => {
    const { url } = await serving((response, one, nth) =>
      answering(200, nth === 1 ? specs('test') : { success: false, message: 'no', data: {} })(
        response,
        one,
        nth,
      ),
    );
    const client = clientOf(url);
    const first = await client.sites(NOW);
    expect(await client.sites(NOW + 600)).toBe(first);
    expect(first).toMatchObject({ observedAt: NOW, value: { BNL_CLOUD: { status: 'test' } } });
  });

  it('are unknown if they have never been known', async () => {
    const { url } = await serving(answering(200, { success: false, message: 'no', data: {} }));
    expect(await clientOf(url).sites(NOW)).toEqual({
      kind: 'unknown',
      why: 'PanDA answered success:false: no',
    });
  });
});
