import { describe, expect, it } from 'vitest';
import { onlyOnEc2, sidesOf, withoutUnread } from '../../../core/audit/sides.ts';
import { TAG } from '../../../core/model/names.ts';
import { inEc2, inLedger, inPool, JOINED, NOW, openLaunch } from '../worlds.ts';
import { ID, world } from './audited.ts';

const SERVER = 'os-0c6d2f30-11bd-4e37-8a53-1c9d9f6b4d02';
const OTHER = 'i-00000002';

const launch = (cloud?: string) => {
  const { request, ...open } = openLaunch(1, NOW - (cloud === undefined ? 60 : 90));
  const tags = cloud === undefined ? request.tags : { ...request.tags, [TAG.cloud]: cloud };
  return { ...open, request: { ...request, tags } };
};

describe('an audit while another cloud says nothing', () => {
  const both = world({
    workers: [inLedger(ID, JOINED), inLedger(SERVER, JOINED)],
    launches: [launch(), launch('site')],
    startds: [inPool(ID), inPool(SERVER)],
  });

  it('looks at what is on EC2 alone: nothing can be said of the rest', () => {
    const { ledger, pool } = onlyOnEc2(both);
    expect(ledger.workers.map(({ instanceId }) => instanceId)).toEqual([ID]);
    expect(ledger.launches).toEqual([launch()]);
    expect(pool.workers.workers.map(({ instanceId }) => instanceId)).toEqual([ID]);
  });

  it('sees all else as it is', () => {
    const { ledger, pool, ...rest } = onlyOnEc2(both);
    const { ledger: ledgerBefore, pool: poolBefore, ...restBefore } = both;
    expect(rest).toEqual(restBefore);
    expect(ledger.unread).toBe(ledgerBefore.unread);
    expect({ ...pool.workers, workers: [] }).toEqual({ ...poolBefore.workers, workers: [] });
    expect({ ...pool, workers: [] }).toEqual({ ...poolBefore, workers: [] });
  });
});

describe('an audit of a ledger with items that cannot be read', () => {
  const instances = [inEc2(ID), inEc2(OTHER)];
  const startds = [inPool(ID), inPool(OTHER)];

  it('says nothing of workers whose records are among them', () => {
    const { instances: seen, pool } = withoutUnread(world({ instances, startds, unread: [`worker#${ID}`] }));
    expect(seen).toEqual([instances[1]]);
    expect(pool.workers.workers).toEqual([startds[1]]);
  });

  it('looks at all where none of them is a worker’s', () => {
    const whole = world({ instances, startds, unread: ['launch#gpu.1.0', 'boots#x'] });
    expect(withoutUnread(whole)).toEqual(whole);
    const { unread: _, ...ledger } = whole.ledger;
    expect(withoutUnread({ ...whole, ledger }).instances).toEqual(instances);
  });

  it('takes a launch that is among them for one that is open: its machines are no strangers', () => {
    const { open } = sidesOf(world({ launches: [launch()], unread: ['launch#gpu.1.0', `worker#${ID}`] }));
    expect([...open]).toEqual([launch().request.launchId, 'gpu.1.0']);
  });
});

it('a startd that cannot be read is in the collector, and nothing else is known of it', () => {
  const given = world({ startds: [inPool(OTHER)] });
  const workers = { ...given.pool.workers, unreadable: [{ instanceId: ID, why: 'no Cpus' }] };
  const sides = sidesOf({ ...given, pool: { ...given.pool, workers } });
  expect([...sides.unreadable]).toEqual([ID]);
  expect([...sides.startds.keys()]).toEqual([OTHER]);
});
