import { ec2Client, ec2Cloud } from '../adapters/ec2.ts';
import { connect } from '../runtime/connect.ts';
import { countedCloud } from '../runtime/count-launches.ts';
import { onTimer } from '../runtime/handler.ts';
import { workersTick } from '../runtime/workers-tick.ts';

const { env, sources, book, pool } = connect();

/** Queue 2, on a timer: keeps as many workers as the pool's waiting pilots need. */
export const handler = onTimer('workers', env.AERIE_STAGE, (tell, count) =>
  workersTick({
    ...sources,
    cloud: countedCloud(ec2Cloud(ec2Client()), count),
    decisions: book,
    launches: book,
    workers: book,
    poolWorkers: pool,
    tell,
    stage: {
      stage: env.AERIE_STAGE,
      template: { id: env.AERIE_TEMPLATE_ID, version: env.AERIE_TEMPLATE_VERSION },
      placements: env.AERIE_PLACEMENTS,
      workerDiskMb: env.AERIE_WORKER_DISK_MB,
    },
  }),
);
