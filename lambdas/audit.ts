import { audit } from '../runtime/audit.ts';
import { stageClouds } from '../runtime/connect/clouds.ts';
import { connect } from '../runtime/connect/connect.ts';
import { onAudit } from '../runtime/on-audit.ts';
import { stageOf } from '../runtime/run/environment.ts';
import { toldCloud } from '../runtime/tell/tell-refusals.ts';

const { env, sources, pool } = connect();

/** On a slow timer: compares EC2, ledger and pool in full, and mends what does not fit. */
export const handler = onAudit(env.AERIE_STAGE, (tellRefusal) =>
  audit({
    cloud: stageClouds(env, (cloud, name) => toldCloud(cloud, tellRefusal, name)).cloud,
    settings: sources.settings,
    pool,
    ledger: sources.ledger,
    poolWorkers: pool,
    stage: stageOf(env),
  }),
);
