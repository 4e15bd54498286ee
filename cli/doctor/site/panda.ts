import { type PandaJobs, unreadableSite } from '../../../core/model/panda.ts';
import type { Snapshot } from '../../../core/model/snapshot.ts';
import { siteOf } from '../../../core/settings/queue-settings.ts';
import { type Finding, fail, failIf, ok, skip } from '../finding.ts';
import type { Examined, Queue } from '../look/examined.ts';
import { judgeTls } from '../look/judge-tls.ts';
import type { SeenPanda } from '../look/see-panda.ts';

const judgeApi = (url: string, { jobs, sites }: SeenPanda): Finding => {
  for (const seen of [jobs, sites]) {
    if (seen.kind === 'unknown') {
      return fail(
        'panda-api',
        `${url} does not answer as PanDA's API: ${seen.why}`,
        `mend "pandaUrl" (it ends in /api/v1) or wait for PanDA: curl -H 'accept: application/json' '${url}/metaconfig/get_site_specs?type=all'`,
      );
    }
  }
  return ok('panda-api', `${url} answers as PanDA's API, with statistics and sites`);
};

/** Queues that will hold, because PanDA tells of their site what cannot be read. */
const judgeJobs = (queues: readonly Queue[], jobs: Snapshot<PandaJobs>): readonly Finding[] =>
  jobs.kind === 'unknown'
    ? []
    : queues.flatMap(({ name, settings }) => {
        const why = unreadableSite(jobs.value, siteOf(settings));
        if (why === undefined) return [];
        return failIf(
          settings.state === 'active',
          'panda-sites',
          `PanDA's jobs of site ${siteOf(settings)} cannot be read, so queue ${name} holds: ${why}`,
          "ask PanDA's operators about that value",
        );
      });

const judgeSites = (queues: readonly Queue[], { jobs, sites }: SeenPanda): readonly Finding[] => {
  if (sites.kind === 'unknown') return [skip('panda-sites', 'PanDA did not give its sites')];
  const unknown = queues.filter(({ settings }) => sites.value[siteOf(settings)] === undefined);
  if (unknown.length > 0) {
    return unknown.map(({ name, settings }) =>
      failIf(
        settings.state === 'active',
        'panda-sites',
        `PanDA has no site ${siteOf(settings)} with a status, which queue ${name} takes jobs from`,
        `write PanDA's name into "siteid" of the queue ${name} in cdk.json`,
      ),
    );
  }
  const odd = judgeJobs(queues, jobs);
  if (odd.length > 0) return odd;
  const statuses = queues.map(({ name, settings }) => `${name} ${sites.value[siteOf(settings)]?.status}`);
  return [ok('panda-sites', `PanDA knows the sites of all queues: ${statuses.join(', ')}`)];
};

/** Looks whether PanDA can be asked as the functions will ask it. */
export const checkPanda = async (stage: Examined): Promise<readonly Finding[]> => {
  const { config, now } = stage;
  const seen = await stage.panda();
  if (seen === undefined || config.pandaUrl === undefined) {
    const why = 'the stage has no PanDA: it has no "pandaUrl"';
    return (['panda-tls', 'panda-api', 'panda-sites'] as const).map((kind) => skip(kind, why));
  }
  const url = config.pandaUrl.replace(/\/$/, '');
  const renew = "PanDA's operators renew it; put its authority into caFile if it is the grid's";
  const tls = judgeTls({ kind: 'panda-tls', url, look: seen.tls, setting: 'caFile', now: now(), renew });
  const isReached =
    seen.tls.kind === 'plain' || (seen.tls.kind === 'seen' && seen.tls.mistrust === undefined);
  if (!isReached) {
    const why = 'PanDA is not reached, or not trusted';
    return [tls, skip('panda-api', why), skip('panda-sites', why)];
  }
  return [tls, judgeApi(url, seen), ...judgeSites(stage.queues, seen)];
};
