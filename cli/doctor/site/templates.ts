import type { TemplateAbout } from '../../../core/model/about.ts';
import { asRequested } from '../../../core/model/resources.ts';
import { shapeOf } from '../../../core/settings/queue-settings.ts';
import { type Finding, failIf, ok, skip, warn } from '../finding.ts';
import type { Examined, Queue } from '../look/examined.ts';

const DAY_SECONDS = 86_400;
const FOLDER = '/etc/aerie-endpoint/templates';

/** What a template asks for by itself that is another than the queue's: the queue's counts, and the pilot may not know. */
const differences = ({ settings }: Queue, { asks }: TemplateAbout): readonly string[] => {
  const shape = asRequested(shapeOf(settings));
  return (['cpus', 'memoryMb', 'diskMb', 'gpus'] as const).flatMap((what) => {
    const own = asks[what];
    return own === undefined || own === shape[what] ? [] : [`${what} ${own}, the queue ${shape[what]}`];
  });
};

const judgeTemplate = (queue: Queue, template: TemplateAbout | undefined): readonly Finding[] => {
  const { name, settings } = queue;
  const isActive = settings.state === 'active';
  if (template === undefined) {
    return [
      failIf(
        isActive,
        'templates',
        `queue ${name} has no pilot template: nothing could be submitted`,
        `on the central manager: write ${FOLDER}/${name}.sub (docs/endpoint.md#pilot-templates)`,
      ),
    ];
  }
  if (template.mistake !== undefined) {
    return [failIf(isActive, 'templates', template.mistake, `mend ${FOLDER}/${name}.sub`)];
  }
  const other = differences(queue, template);
  if (other.length === 0) return [];
  return [
    warn(
      'templates',
      `the template of queue ${name} asks for another shape than the queue, whose own counts: ${other.join('; ')}`,
      `see that its arguments fit the queue's shape, and take the request_ lines out of ${FOLDER}/${name}.sub`,
    ),
  ];
};

const judgeCredential = (queue: Queue, end: number, now: number): readonly Finding[] => {
  const whose = `the credential of queue ${queue.name}'s pilots`;
  const fix = `renew the file that ${FOLDER}/${queue.name}.sub names, as root on the central manager`;
  const isActive = queue.settings.state === 'active';
  if (end === 0) return [failIf(isActive, 'credentials', `${whose} cannot be read`, fix)];
  const day = new Date(end * 1000).toISOString();
  if (end <= now) return [failIf(isActive, 'credentials', `${whose} ended at ${day}`, fix)];
  return end - now < DAY_SECONDS ? [warn('credentials', `${whose} ends at ${day}`, fix)] : [];
};

/** Compares the templates beside the collector with the queues of the stage. */
export const checkTemplates = async (stage: Examined): Promise<readonly Finding[]> => {
  const seen = await stage.endpoint();
  if (!seen.ok || seen.value.about.kind !== 'told') {
    const why = 'the endpoint did not say which templates it has';
    return [skip('templates', why), skip('credentials', why)];
  }
  const about = new Map(seen.value.about.value.templates.map((template) => [template.queue, template]));
  const templates = stage.queues.flatMap((queue) => judgeTemplate(queue, about.get(queue.name)));
  const credentials = stage.queues.flatMap((queue) => {
    const end = about.get(queue.name)?.credentialExpiresAt ?? null;
    return end === null ? [] : judgeCredential(queue, end, stage.now());
  });
  return [
    ...(templates.length > 0 ? templates : [ok('templates', 'every queue has a template of its shape')]),
    ...(credentials.length > 0 ? credentials : [ok('credentials', 'none ends within a day')]),
  ];
};
