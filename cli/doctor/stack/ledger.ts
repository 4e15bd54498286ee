import { ledger } from '../../../adapters/ledger/ledger.ts';
import { settingsStore } from '../../../adapters/settings-store.ts';
import type { UnreadItem } from '../../../core/model/ledger.ts';
import { fleetsPath, queuesPath } from '../../../core/model/names.ts';
import {
  BEFORE_FLEETS,
  type SettingsSnapshot,
  staleSettings,
} from '../../../core/settings/settings-record.ts';
import { failedQueue, READERS } from '../../letters/failed-queues.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';

/** Counts what the functions have given up, without hiding it from whoever sends it again. */
export const checkDeadLetters = async ({ config, clients }: Examined): Promise<readonly Finding[]> => {
  const { stage } = config;
  const counted = await Promise.all(
    READERS.map(async (reader) => {
      const count = failedQueue(stage, reader, clients).then((queue) => queue?.count());
      return { reader, answer: await asked('sqs:GetQueueAttributes', count) };
    }),
  );
  const findings = counted.flatMap(({ reader, answer }) => {
    if (!answer.ok) return [warn('dead-letters', answer.why)];
    if (answer.value === undefined) return [warn('dead-letters', `${reader} has no queue of failures`)];
    if (answer.value === 0) return [];
    const show = `npm run dead-letters -- --stage ${stage}`;
    return [warn('dead-letters', `${answer.value} events were given up by ${reader}`, show)];
  });
  return findings.length > 0 ? findings : [ok('dead-letters', 'no event was given up')];
};

const tableOf = async (stage: Examined) => {
  const launcher = await stage.launcher();
  if (!launcher.ok) return launcher;
  return { ok: true, value: launcher.value.environment.AERIE_TABLE ?? '' } as const;
};

/** Counts queues and fleets; the fleet that needs no parameter has no record where it has none. */
const countOf = (records: SettingsSnapshot['records']): string =>
  (['queue', 'fleet'] as const)
    .map((kind) => {
      const count = records.filter(({ of }) => of === kind).length;
      return `${count} ${kind}${count === 1 ? '' : 's'}`;
    })
    .join(' and ');

const judgeSettings = (
  { completeAt, beforeFleets, records }: SettingsSnapshot,
  stage: string,
  now: number,
): readonly Finding[] => {
  const run = `aws lambda invoke --function-name aerie-${stage}-settings /dev/stdout; docs/runbooks/facts.md#settings-unread`;
  if (beforeFleets === true) return [warn('settings', `the settings ${BEFORE_FLEETS.why}: everything holds`)];
  if (completeAt === undefined) {
    return [fail('settings', 'the settings were never read: everything holds', run)];
  }
  const stale = staleSettings(completeAt, now);
  const bad = records.flatMap(({ of, name, good, bad: problems = [] }) =>
    problems.map(({ knob, why }) =>
      fail(
        'settings',
        `${of} ${name}: ${knob} ${why}; ${good === undefined ? `the ${of} holds` : 'its last good settings are used'}`,
        `aws ssm put-parameter --overwrite --type String --name ${of === 'queue' ? queuesPath(stage) : fleetsPath(stage)}/${name}/${knob} --value …`,
      ),
    ),
  );
  const late = stale === undefined ? [] : [fail('settings', `the settings: ${stale.why}`, run)];
  const findings = [...late, ...bad];
  if (findings.length > 0) return findings;
  return [
    ok('settings', `those of ${countOf(records)} were read ${Math.round(now - completeAt)} s ago, all good`),
  ];
};

/** Looks for settings that cannot be used, and whether they are read. */
export const checkSettings = async (stage: Examined): Promise<readonly Finding[]> => {
  const table = await tableOf(stage);
  if (!table.ok) return [warn('settings', table.why)];
  const book = settingsStore(table.value, stage.clients.dynamodb);
  const answer = await asked('dynamodb:Query', book.read());
  return answer.ok
    ? judgeSettings(answer.value, stage.config.stage, stage.now())
    : [warn('settings', answer.why)];
};

/** EC2 has answered long before, and a tick asks again within a minute. */
const LONG_SECONDS = 900;

/** Names an item of the ledger that cannot be read, if there is one. */
const unreadIn = ([first, ...others]: readonly UnreadItem[]): readonly Finding[] => {
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} others`;
  const text = `the ledger's ${first.key} ${first.why}${more}`;
  return [fail('open-launches', text, 'docs/decisions/0028-ledger-schema.md')];
};

/** Looks for launches whose outcome nobody knows, and for items that cannot be read. */
export const checkOpenLaunches = async (stage: Examined): Promise<readonly Finding[]> => {
  const table = await tableOf(stage);
  if (!table.ok) return [warn('open-launches', table.why)];
  const answer = await asked('dynamodb:Query', ledger(table.value, stage.clients.dynamodb).view());
  if (!answer.ok) return [warn('open-launches', answer.why)];
  const { launches, unread = [] } = answer.value;
  const amiss = [
    ...unreadIn(unread),
    ...launches
      .filter(({ createdAt }) => stage.now() - createdAt > LONG_SECONDS)
      .map(({ request, createdAt }) =>
        warn(
          'open-launches',
          `launch ${request.launchId} has been open for ${Math.round((stage.now() - createdAt) / 60)} minutes; its workers count as booting`,
          `aws logs tail /aerie/${stage.config.stage}/workers --since 30m --filter-pattern failed; docs/runbooks/ticks.md#a-failed-tick`,
        ),
      ),
  ];
  return amiss.length > 0 ? amiss : [ok('open-launches', `${launches.length} are open, none for long`)];
};
