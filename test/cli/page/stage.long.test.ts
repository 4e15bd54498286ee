import { beforeAll, describe, expect, it } from 'vitest';
import { stageSource } from '../../../cli/page/stage-source.ts';
import type { Story, View } from '../../../cli/page/view.ts';
import { stageClients } from '../../../cli/stage/clients.ts';
import { openSight } from '../../../cli/stage/sight.ts';
import { POLICIES } from '../../../cli/verbs/rights.ts';
import type { StatusTold } from '../../../cli/verbs/status-told.ts';
import type { TwinAws } from '../../../twin/stage/stage-aws.ts';
import { asking, inMidRun, watching } from '../verbs/session.ts';

describe('the page of a stage in mid-run', () => {
  let view: View;
  let again: View;
  let long: View;
  let status: StatusTold;
  let calls: ReadonlySet<string>;
  const stories = new Map<string, Story | undefined>();

  const look = async (aws: TwinAws) => {
    const watched = await watching(aws);
    status = JSON.parse((await asking(aws)('status', '--json')).out);
    const clients = stageClients(watched.aws);
    const source = stageSource('twin', () => openSight('twin', watched.aws, clients));
    await source.look();
    view = await source.view(3600);
    await source.look();
    again = await source.view(3600);
    long = await source.view(24 * 3600);
    const [worker = ''] = Object.keys(view.machines);
    const act = Object.values(view.events).find(({ kind, of }) => kind === 'act' && of.startsWith('fleet/'));
    const [, fleet = ''] = act?.of.split('/') ?? [];
    for (const path of [
      ['worker', worker],
      ['worker', 'i-0'],
      ['queue', 'RU_KIAE'],
      ['fleet', fleet, String(act?.to)],
      ['fleet', 'nobody'],
      ['house', 'x'],
    ]) {
      stories.set(path.join('/'), await source.story(path));
    }
    stories.set('act', stories.get(`fleet/${fleet}/${act?.to}`));
    stories.set('one', stories.get(`worker/${worker}`));
    calls = watched.calls;
    await watched.close();
  };

  beforeAll(() => inMidRun(80, look));

  it('shows what aerie status says', () => {
    expect(Object.keys(view.queues)).toEqual(status.queues.map(({ queue }) => queue));
    for (const { queue, ready, pilotsWaiting, pilotsRunning, last } of status.queues) {
      expect(view.queues[queue]).toMatchObject({
        ready,
        waiting: pilotsWaiting,
        running: pilotsRunning,
        what: last?.what,
      });
    }
    for (const { fleet, booting, asleep, coresBusy, coresPaid, dollarsPerHour } of status.fleets) {
      expect(view.fleets[fleet]).toMatchObject({
        coresBusy,
        coresPaid,
        dollarsPerHour,
        counts: { booting, asleep },
      });
    }
    const { health } = view.head.head ?? {};
    expect(health?.tone).toBe(status.alarms.length > 0 ? 'alarm' : 'hold');
  });

  it('has every machine as a square, and the fleet’s charts end with what it has now', () => {
    for (const {
      fleet,
      booting,
      waking,
      joined,
      missing,
      draining,
      retiring,
      asleep,
      coresPaid,
    } of status.fleets) {
      const machines = Object.values(view.machines).filter(([of]) => of === fleet);
      expect(machines).toHaveLength(booting + waking + joined + missing + draining + retiring + asleep);
      expect(view.fleets[fleet]?.series.paid.at(-1)).toBe(coresPaid);
    }
  });

  it('has charts of the hour before it was opened', () => {
    const running = Object.values(view.queues).flatMap(({ series }) =>
      series.running.filter((of) => of !== null),
    );
    expect(Math.max(...running)).toBeGreaterThan(0);
    const steps = Object.values(view.queues).map(
      ({ series }) => series.running.filter((of) => of !== null).length,
    );
    expect(Math.max(...steps)).toBeGreaterThan(30);
  });

  it('has a second look at the same moment in the same words', () => {
    expect(again).toEqual(view);
  });

  it('goes as far back as is asked for', () => {
    expect(Object.keys(long.events).length).toBeGreaterThanOrEqual(Object.keys(view.events).length);
    expect(long.head.head?.stepSeconds).toBeGreaterThan(view.head.head?.stepSeconds ?? 0);
  });

  it('says what came of a launch beside it', () => {
    const launched = Object.values(view.events).filter(({ what }) => what.startsWith('launch'));
    expect(launched.length).toBeGreaterThan(0);
    expect(launched.map(({ outcome }) => outcome).join('; ')).toMatch(/\d m6\w+\.\w+ in us-east-1[a-c]/);
  });

  it('tells stories, and of nothing none', () => {
    expect(stories.get('one')?.steps.map(({ what }) => what)).toContain('launched');
    expect(stories.get('queue/RU_KIAE')?.title).toBe('queue RU_KIAE');
    expect(stories.get('act')?.steps.length).toBeGreaterThan(0);
    for (const nobody of ['worker/i-0', 'fleet/nobody', 'house/x'])
      expect(stories.get(nobody)).toBeUndefined();
  });

  it('needs no right but to read', () => {
    const allowed = POLICIES.reader?.('twin').Statement.flatMap(({ Action }) => Action) ?? [];
    expect([...calls].filter((call) => !allowed.includes(call))).toEqual([]);
  });
});
