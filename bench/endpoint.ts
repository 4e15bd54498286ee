import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { QUEUE_ARGS } from '../collector/see/job-rows.ts';
import { CLOSED_ARGS, ODD_ARGS, STATUS_ARGS } from '../collector/see/status-args.ts';
import { type CentralManager, startCentralManager } from '../lab/central-manager.ts';
import { ENDPOINT_BINDS, type LabEndpoint, startEndpoint } from '../lab/endpoint.ts';
import { labNetwork, sweep } from '../lab/network.ts';
import { keyRing } from '../lab/role-keys.ts';
import { rootfs } from '../lab/rootfs.ts';

/**
 * `GET /v1/pool` over a large pool: slot ads and idle jobs in a real collector and schedd, in the lab (Linux, root).
 * `node bench/endpoint.ts [ads] [jobs]`. Ends with status 1 if a limit is missed.
 */
const [ADS = 50_000, JOBS = 10_000] = process.argv.slice(2).map(Number);
const RUNS = 5;
const BATCH = 2_500;
const CALLERS = 20;
/** Cold time against that of the raw queries; packed bytes against plain ones. */
const MOST_RATIO = 1.3;
const MOST_PACKED = 0.1;
/** What is asked of the collector for one view. */
const OF_COLLECTOR = [STATUS_ARGS, ODD_ARGS, CLOSED_ARGS];
/** Snapshots are shared for two seconds, or for as long as they took: each run has to be a cold one. */
const COLD_MILLISECONDS = 3_000;
const coldAfter = ({ milliseconds }: Got): number => Math.max(COLD_MILLISECONDS, 1.2 * milliseconds);

const nowSeconds = () => Date.now() / 1000;
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A real slot's ad has some 150 attributes and 5 KB. */
const FILLER = Array.from({ length: 110 }, (_, i) => `Filler${i} = "an attribute nobody asks for ${i}"`).join(
  '\n',
);

const adOf = (index: number): string => {
  const id = `i-${index.toString(16).padStart(17, '0')}`;
  const address = `<10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:9618?CCBID=10.90.0.2:9618%3fsock%3dcollector#${index}&PrivNet=${id}&noUDP&sock=startd_1_${index}>`;
  const busy = index % 5;
  return `MyType = "Machine"
Name = "slot1@${id}@wn${index}"
Machine = "wn${index}"
EC2InstanceId = "${id}"
AerieWorker = true
AerieFleet = "F${index % 50}"
SlotType = "Partitionable"
State = "Unclaimed"
Activity = "Idle"
START = (TARGET.AerieFleet =?= MY.AerieFleet) && (MY.NODE_HEALTHY =?= True)
Requirements = START && WithinResourceLimits
NODE_HEALTHY = true
TotalSlotCpus = 8
TotalSlotMemory = 16000
TotalSlotDisk = 79408944.0
Cpus = ${8 - busy}
Memory = ${16_000 - 2000 * busy}
Disk = ${79_408_944 - busy}
NumDynamicSlots = ${busy}
DaemonStartTime = ${1_795_400_000 + index}
MyAddress = "${address}"
StartdIpAddr = "${address}"
${FILLER}
`;
};

const load = async ({ box, condor }: CentralManager) => {
  for (let from = 0; from < ADS; from += BATCH) {
    const ads = Array.from({ length: Math.min(BATCH, ADS - from) }, (_, i) => adOf(from + i));
    const { code, stderr } = await box.exec(
      ['condor_advertise', '-tcp', '-multiple', 'UPDATE_STARTD_AD', '-'],
      {
        input: ads.join('\n'),
      },
    );
    if (code !== 0) throw new Error(`condor_advertise: ${stderr.slice(0, 300)}`);
  }
  const jobs = `executable = /bin/true
universe = vanilla
transfer_executable = false
request_cpus = 1
request_memory = 2000
request_disk = 1GB
+MATCH_APF_QUEUE = "NOBODY"
queue ${JOBS}
`;
  const { code, stderr } = await condor(['condor_submit', '-terse', '-'], { input: jobs });
  if (code !== 0) throw new Error(`condor_submit: ${stderr.slice(0, 300)}`);
};

/** Milliseconds that the raw queries take, one after the other, measured where they run. */
const rawMilliseconds = async ({ condor }: CentralManager): Promise<number> => {
  const timed = async (argv: readonly string[]) => {
    const { code, stdout } = await condor([
      'sh',
      '-c',
      's=$(date +%s%N); "$@" >/dev/null || exit 1; e=$(date +%s%N); echo $(( (e - s) / 1000000 ))',
      'sh',
      ...argv,
    ]);
    if (code !== 0) throw new Error(`${argv[0]} failed`);
    return Number(stdout);
  };
  const questions = OF_COLLECTOR.map((args) => ['condor_status', ...args]);
  let milliseconds = 0;
  for (const question of [...questions, ['condor_q', ...QUEUE_ARGS]]) milliseconds += await timed(question);
  return milliseconds;
};

interface Got {
  readonly milliseconds: number;
  readonly bytes: number;
}

const get = (
  { url, ca, secret }: LabEndpoint,
  path: string,
  encoding: string,
): Promise<Got & { text: string }> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${secret}`, 'accept-encoding': encoding };
    const asked = request(`${url}${path}`, { ca, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const milliseconds = performance.now() - startedAt;
        resolve({ milliseconds, bytes: body.length, text: encoding === 'gzip' ? '' : body.toString('utf8') });
      });
    });
    asked.on('error', reject);
    asked.end();
  });

/** How often the endpoint has run condor_status. */
const queries = async (endpoint: LabEndpoint): Promise<number> => {
  const { text } = await get(endpoint, '/metrics', 'identity');
  const [, count = '0'] =
    /aerie_endpoint_tool_seconds_count\{tool="condor_status",outcome="ok"\} (\d+)/.exec(text) ?? [];
  return Number(count);
};

const peakMegabytes = async ({ box }: CentralManager): Promise<number> => {
  const { stdout } = await box.exec([
    'sh',
    '-c',
    'cat /proc/$(pgrep -f "node endpoint.mjs" | head -1)/status',
  ]);
  const [, kilobytes = 'NaN'] = /VmHWM:\s+(\d+)/.exec(stdout) ?? [];
  return Math.round(Number(kilobytes) / 1024);
};

const measure = async (cm: CentralManager, endpoint: LabEndpoint) => {
  const raw: number[] = [];
  const cold: Got[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    raw.push(await rawMilliseconds(cm));
    await pause(COLD_MILLISECONDS);
    const got = await get(endpoint, '/v1/pool', 'gzip');
    cold.push(got);
    await pause(coldAfter(got));
  }
  const before = await queries(endpoint);
  const many = await Promise.all(Array.from({ length: CALLERS }, () => get(endpoint, '/v1/pool', 'gzip')));
  const asked = (await queries(endpoint)) - before;
  const plain = await get(endpoint, '/v1/pool', 'identity');
  const coldMilliseconds = median(cold.map(({ milliseconds }) => milliseconds));
  return {
    ads: ADS,
    jobs: JOBS,
    rawMilliseconds: median(raw),
    coldMilliseconds: Math.round(coldMilliseconds),
    ratio: Number((coldMilliseconds / median(raw)).toFixed(2)),
    bytes: plain.bytes,
    packedBytes: many[0]?.bytes ?? 0,
    packed: Number(((many[0]?.bytes ?? 0) / plain.bytes).toFixed(3)),
    queriesForTwentyCallers: asked,
    peakMegabytes: await peakMegabytes(cm),
  };
};

const lower = await rootfs();
await sweep();
const network = await labNetwork();
try {
  const centralManager = await startCentralManager({ network, lower, binds: ENDPOINT_BINDS });
  const keys = keyRing(nowSeconds);
  const options = { network, centralManager, keys, nowSeconds, account: '123456789012', role: 'worker' };
  const endpoint = await startEndpoint(options);
  try {
    await load(centralManager);
    const result = await measure(centralManager, endpoint);
    console.log(JSON.stringify(result, null, 2));
    const within =
      result.ratio <= MOST_RATIO &&
      result.packed <= MOST_PACKED &&
      // While jobs wait the endpoint looks for new workers on its own.
      result.queriesForTwentyCallers <= OF_COLLECTOR.length + 1;
    process.exitCode = within ? 0 : 1;
  } finally {
    await endpoint.close();
  }
} finally {
  await network.remove();
}
