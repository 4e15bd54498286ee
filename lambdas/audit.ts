import { ec2Client, ec2Cloud } from '../adapters/ec2.ts';
import { audit } from '../runtime/audit.ts';
import { connect } from '../runtime/connect.ts';
import { stageOf } from '../runtime/environment.ts';
import { onAudit } from '../runtime/on-audit.ts';
import { toldCloud } from '../runtime/tell-refusals.ts';

const { env, sources, pool } = connect();

/** On a slow timer: compares EC2, ledger and pool in full, and mends what does not fit. */
export const handler = onAudit(env.AERIE_STAGE, (tellRefusal) =>
  audit({
    cloud: toldCloud(ec2Cloud(ec2Client()), tellRefusal),
    settings: sources.settings,
    pool,
    ledger: sources.ledger,
    poolWorkers: pool,
    stage: stageOf(env),
  }),
);
