import { ledgerInputs } from '../adapters/ledger/inputs.ts';
import { nudgeHeaders } from '../adapters/nudge-url.ts';
import { imageParameter } from '../adapters/parameters.ts';
import { stageClouds } from '../runtime/connect/clouds.ts';
import { connect } from '../runtime/connect/connect.ts';
import { onTimer } from '../runtime/handler.ts';
import { newestImage } from '../runtime/observe/newest-image.ts';
import { readEnvironment, stageOf } from '../runtime/run/environment.ts';
import { countedCloud } from '../runtime/tell/count-launches.ts';
import { toldCloud } from '../runtime/tell/tell-refusals.ts';
import { workersTick } from '../runtime/workers-tick.ts';

const env = readEnvironment(process.env);
const { AERIE_NUDGE_QUEUE: queueUrl, AERIE_TICK_SECONDS: tickSeconds } = env;
const { sources, pool } = connect(
  env,
  queueUrl === undefined ? {} : { nudge: nudgeHeaders({ queueUrl, tickSeconds }) },
);
const book = ledgerInputs(env.AERIE_TABLE);

/** Queue 2, on a timer: keeps as many workers as the pool's waiting jobs need. */
export const handler = onTimer(
  'workers',
  env.AERIE_STAGE,
  ({ tell, count, tellRefusal, missed }) =>
    workersTick({
      ...sources,
      ...stageClouds(env, (cloud, name) => toldCloud(countedCloud(cloud, count), tellRefusal, name)),
      poolWorkers: pool,
      poolUsers: pool,
      tell,
      inputs: { book, missed },
      stage: stageOf(env),
      image: newestImage(env.AERIE_IMAGE_PARAMETER, imageParameter()),
    }),
  env.AERIE_QUEUE_METRICS,
);
