import { describe, expect, it } from 'vitest';
import { templateKind } from '../../core/learn/boots.ts';
import type { LaunchOutcome, LaunchRequest } from '../../core/model/launch.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { Template } from '../../core/model/templates.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { NOW, openLaunch, STAGE } from '../core/worlds.ts';
import { apart } from './launching.ts';
import { outside } from './ports.ts';

const MINUTE = 60;
const NEWEST = STAGE.template;
const TRUSTED: Template = { ...NEWEST, version: '2' };
const isNewest = ({ template }: LaunchRequest): boolean => template.version === NEWEST.version;

const offersOf = ({ overrides, market }: LaunchRequest) =>
  overrides.map(({ flavour, zone }) => ({ flavour, zone, market }));

const refusedAs =
  (kind: 'configuration' | 'unsupported', noFleet?: true) =>
  (request: LaunchRequest): LaunchOutcome => ({
    ...{ kind: 'answered', launched: [] },
    refused: offersOf(request).map((offer) => ({ offer, class: kind, code: kind, why: `${kind}: no` })),
    ...(noFleet === undefined ? {} : { noFleet }),
  });

const rejectedAs = (kind: 'configuration' | 'unsupported') => (): LaunchOutcome => ({
  ...{ kind: 'rejected', class: kind, code: 'InvalidFleetConfig', why: 'InvalidFleetConfig: no' },
});

/** Pilots that wait, and an EC2 that refuses whatever comes from the newest template. */
const refusing = (
  idle: number,
  refuse: (request: LaunchRequest) => LaunchOutcome,
  ledger: Partial<LedgerView> = {},
) => {
  const joined = { instanceId: 'i-00000009', launchedAt: NOW - 9000, joined: true };
  const world = outside({
    ...apart({ A: idle }, { flavours: 'm6i.large' }),
    ledger: {
      boots: [{ kind: templateKind(TRUSTED), template: TRUSTED, boots: [joined] }],
      ...ledger,
    },
  });
  const { cloud } = world.ports;
  const canaries: LaunchRequest[] = [];
  const launch: typeof cloud.launch = async (request) => {
    if (!isNewest(request)) return cloud.launch(request);
    canaries.push(request);
    return refuse(request);
  };
  const tick = workersTick({ ...world.ports, cloud: { ...cloud, launch } });
  const view = () => world.ports.ledger.view();
  return { tick, canaries, view };
};

const REFUSALS = [
  ['as a whole, and does not say for what', rejectedAs('configuration')],
  ['as a whole, as if for a type', rejectedAs('unsupported')],
  ['as a whole, for its image', refusedAs('configuration', true)],
  ['in each of its offers', refusedAs('configuration')],
  ['in each of its offers, as if for the types', refusedAs('unsupported')],
] as const;

describe('a canary that EC2 refuses', () => {
  it.each(REFUSALS)(
    '%s costs no other launch its offers, and none of them is suspected',
    async (_, refuse) => {
      const { tick, view, canaries } = refusing(6, refuse);
      await tick(NOW);
      const { cooling, workers, launches } = await view();
      expect(canaries.map(({ count }) => count)).toEqual([1]);
      expect(cooling).toEqual([]);
      expect(launches).toEqual([]);
      expect(workers.map(({ template }) => template)).toEqual([TRUSTED, TRUSTED]);
    },
  );

  it.each(REFUSALS)('%s is tried each half hour, and not in each tick', async (_, refuse) => {
    const { tick, canaries } = refusing(2, refuse);
    for (let minute = 0; minute <= 62; minute += 1) await tick(NOW + minute * MINUTE);
    expect(canaries.length).toBeGreaterThan(0);
    expect(canaries.length).toBeLessThanOrEqual(3);
  });

  it.each(REFUSALS)('%s and was the only worker is made good by the next tick', async (_, refuse) => {
    const { tick, view, canaries } = refusing(1, refuse);
    await tick(NOW);
    expect((await view()).workers).toEqual([]);
    await tick(NOW + MINUTE);
    expect(canaries).toHaveLength(1);
    expect((await view()).workers.map(({ template }) => template)).toEqual([TRUSTED]);
  });

  it('twice in a row makes its template one that was rejected', async () => {
    const failed = { instanceId: `A.${NOW - 3600}.0`, launchedAt: NOW - 3600, joined: false };
    const boots = [TRUSTED, NEWEST].map((template) => ({
      ...{ kind: templateKind(template), template },
      boots: template === NEWEST ? [failed] : [{ ...failed, instanceId: 'i-00000009', joined: true }],
    }));
    const { tick } = refusing(6, rejectedAs('configuration'), { boots });
    const [first] = await tick(NOW);
    const [second] = await tick(NOW + MINUTE);
    expect(first?.counts).not.toHaveProperty('olderTemplate');
    expect(second?.counts).toMatchObject({ olderTemplate: 1 });
  });

  it('when it is asked for again counts once, stays open, and cools nothing', async () => {
    const open = openLaunch(1, NOW - 2 * MINUTE);
    const launch = {
      ...open,
      unansweredAt: open.createdAt,
      isCanary: true as const,
      request: { ...open.request, fleet: 'A', template: NEWEST },
    };
    const { tick, view, canaries } = refusing(6, refusedAs('configuration', true), { launches: [launch] });
    for (const minute of [0, 1, 2]) await tick(NOW + minute * MINUTE);
    const { cooling, launches, boots = [] } = await view();
    expect(canaries).toHaveLength(3);
    expect(launches).toEqual([launch]);
    expect(cooling).toEqual([]);
    expect(boots.find(({ kind }) => kind === templateKind(NEWEST))?.boots).toEqual([
      { instanceId: launch.request.launchId, launchedAt: launch.createdAt, joined: false },
    ]);
  });

  it('for want of capacity cools its offers like any launch, and its template has not been tried', async () => {
    const { tick, view, canaries } = refusing(1, (request) => ({
      ...{ kind: 'answered', launched: [] },
      refused: offersOf(request).map((offer) => ({
        offer,
        class: 'capacity',
        code: 'InsufficientInstanceCapacity',
        why: 'none left',
      })),
    }));
    await tick(NOW);
    const { cooling, boots = [] } = await view();
    expect(canaries).toHaveLength(1);
    expect(cooling.map((of) => of.class)).toEqual(['capacity', 'capacity']);
    expect(boots.map(({ kind }) => kind)).toEqual([templateKind(TRUSTED)]);
  });
});
