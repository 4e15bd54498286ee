import { ONE, SHAPE } from './subject.ts';

export const POSTS = [
  '/v1/pilots',
  '/v1/pilots/remove',
  '/v1/workers/drain',
  '/v1/workers/undrain',
  '/v1/workers/forget',
  '/v1/workers/join',
] as const;

const WORKER = 'i-0aaaaaaaaaaaaaaa1';
const submit = { requestId: 'bad.1', queue: ONE, count: 1, shape: SHAPE };
const remove = { queue: ONE, count: 1, leave: 0 };

const QUEUE_NAMES = [
  ...['../CONTRACT_ONE', 'a/b', '/etc/passwd', '.hidden', 'a b', '"; rm -rf /', '$(id)', '', 'ü', 'a\0b'],
  ...['-allusers', `${ONE}\nqueue 9`, 'x'.repeat(65), 7, null, undefined, [ONE]],
];
/** A fleet that is not named is none in particular. */
const FLEET_NAMES = QUEUE_NAMES.filter((name) => name !== undefined);
const COUNTS = [0, -1, 1.5, 10_001, 1e300, '1', null, undefined, true];
const REQUEST_IDS = ['', 'a"b', 'a\nqueue 9', 'a b', 'x'.repeat(129), 7, null, undefined];
const AMOUNTS = [-1, 2 ** 31, 1e300, '1; queue', null, undefined];
const INSTANCE_IDS = [
  ...[[], ['-all'], [`${WORKER}" || true`], ['i-0AAAAAAAAAAAAAAA1'], ['../x'], [null], [7], WORKER, null],
  ...[undefined, {}, Array.from({ length: 1001 }, () => WORKER)],
];

const each = (path: string, whole: object, field: string, values: readonly unknown[]) =>
  values.map((value) => [path, { ...whole, [field]: value }] as const);

/** Bodies that are JSON and not what the address takes; a field that is undefined is not there. */
export const BAD_BODIES: readonly (readonly [string, unknown])[] = [
  ...each('/v1/pilots', submit, 'queue', QUEUE_NAMES),
  ...each('/v1/pilots', submit, 'count', COUNTS),
  ...each('/v1/pilots', submit, 'requestId', REQUEST_IDS),
  ...each('/v1/pilots', submit, 'shape', [undefined, null, [], 'small']),
  ...(['cpus', 'memoryMb', 'diskMb', 'gpus'] as const).flatMap((name) =>
    AMOUNTS.map((amount) => ['/v1/pilots', { ...submit, shape: { ...SHAPE, [name]: amount } }] as const),
  ),
  ...each('/v1/pilots', submit, 'fleet', FLEET_NAMES),
  ...each('/v1/pilots', submit, 'wallSeconds', [-1, 0.5, 1e300, '1; queue', null]),
  ...each('/v1/pilots', submit, 'executable', ['/bin/sh']),
  ...each('/v1/pilots/remove', remove, 'queue', QUEUE_NAMES),
  ...each('/v1/pilots/remove', remove, 'count', COUNTS),
  ...each('/v1/pilots/remove', remove, 'leave', [-1, 0.5, '0', null, undefined]),
  ...each('/v1/pilots/remove', remove, 'fleet', FLEET_NAMES),
  ...each('/v1/pilots/remove', remove, 'constraint', ['true']),
  ...['drain', 'undrain', 'forget'].flatMap((verb) => [
    ...each(`/v1/workers/${verb}`, {}, 'instanceIds', INSTANCE_IDS),
    ...each(`/v1/workers/${verb}`, { instanceIds: [WORKER] }, 'force', [true]),
  ]),
  ...each('/v1/workers/join', { instanceId: WORKER }, 'headers', [undefined, null, {}, { host: 'x' }]),
  ...POSTS.flatMap((path) => [[], null, 'text', 7, {}].map((body) => [path, body] as const)),
];
