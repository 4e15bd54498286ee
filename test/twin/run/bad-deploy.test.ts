import { beforeAll, describe, expect, it } from 'vitest';
import type { ToldReason } from '../../../twin/report/sample.ts';
import { type Alarmed, alarmsOver, spanOf } from '../../../twin/stage/alarms.ts';
import { EVERYTHING_DONE, type Recorded, recorded, toldBetween } from './recorded.ts';

/** Minutes between which `twin/scenarios/bad-deploy.json` has a template whose workers never join. */
const [FROM, TO] = [20, 130];
/** A worker of the template that mends it has joined by then. */
const MENDED = TO + 20;
/** Half an hour lies between one that has failed and the next. */
const MOST_CANARIES = 5;

describe('a deploy whose workers never join', () => {
  let run: Recorded;
  let alarmed: readonly Alarmed[];
  beforeAll(async () => {
    run = await recorded('bad-deploy');
    alarmed = alarmsOver(run.data, spanOf(run.data));
  });

  const reasons = (from: number, to: number) =>
    toldBetween(run.told, from, to).flatMap(({ of, kind, why }) =>
      of === 'workers' && kind === 'act' ? why : [],
    );
  const launching = (from: number, to: number) => reasons(from, to).filter(({ kind }) => kind === 'launch');
  const goingBack = (from: number, to: number) =>
    reasons(from, to).filter(({ kind }) => kind === 'older-template');

  it('costs no job', () => {
    expect(run.summary).toMatchObject(EVERYTHING_DONE);
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
  });

  it('lets the pool grow all the while, from the template that joined last', () => {
    expect(launching(FROM, TO).length).toBeGreaterThan(20);
    for (const why of goingBack(FROM, TO)) expect(why).toMatchObject({ template: { version: '1' } });
    const isStopped = ({ kind, canary }: ToldReason) => kind === 'breaker-open' && canary === 'on-its-way';
    expect(reasons(FROM, TO).filter(isStopped)).toEqual([]);
  });

  it('is tried by a canary now and then, and by nothing else', () => {
    const canaries = goingBack(FROM, TO).filter(({ canary }) => canary === true);
    expect(canaries.length).toBeGreaterThan(1);
    expect(canaries.length).toBeLessThanOrEqual(MOST_CANARIES);
  });

  it('is told', () => {
    const names = new Set(alarmed.map(({ alarm }) => alarm));
    expect(names).toContain('template-rejected');
    expect(names).not.toContain('breaker-open');
    expect(names).not.toContain('demand-unmet');
  });

  it('is over soon after the deploy that mends it', () => {
    const again = goingBack(TO, TO + 60);
    expect(again.filter(({ canary }) => canary === true)).toHaveLength(1);
    expect(launching(MENDED, TO + 60).length).toBeGreaterThan(0);
    expect(goingBack(MENDED, TO + 60)).toEqual([]);
  });
});
