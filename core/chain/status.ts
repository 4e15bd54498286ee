import { pilots, withDefault } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { label, moved, type Plugin, unchanged } from './step.ts';

/** What a step lacks whose answer hangs on PanDA's status of the site. */
export const STATUS_MISSING = { missing: { kind: 'site-status' } } as const;

const when =
  (status: string, plugin: string, number: number): Plugin =>
  (n, facts) => {
    if (facts.siteStatus === undefined) return STATUS_MISSING;
    return facts.siteStatus === status ? moved(label(plugin, number), n, number, { status }) : unchanged(n);
  };

const DIFFERS =
  'A site whose status is not known holds the queue. AutoPyFactory submits 0 if it has no information at all, and changes nothing for a site that is absent from its table. The setting ".allowed", which its releases 2.1.1 to 2.2.6 read, does not exist here.';

const number = (status: string) => ({
  pilots: withDefault(pilots(`Pilots to submit in every cycle in status ${status}.`), '0'),
});

const statusTest = schedPlugin<{ pilots: number }>({
  name: 'StatusTest',
  description:
    'While PanDA has the site in status test: this number in every cycle, whatever earlier steps counted. In any other status nothing changes.',
  differs: DIFFERS,
  parameters: number('test'),
  make: ({ pilots }) => when('test', 'StatusTest', pilots),
});

const statusOffline = schedPlugin<{ pilots: number }>({
  name: 'StatusOffline',
  description:
    'While PanDA has the site in status offline: this number in every cycle, whatever earlier steps counted. In any other status, standby or maintenance for example, nothing changes.',
  differs: DIFFERS,
  parameters: number('offline'),
  make: ({ pilots }) => when('offline', 'StatusOffline', pilots),
});

/** Plugins that follow PanDA's status of the site. */
export const STATUS: readonly SchedPlugin[] = [statusTest, statusOffline];
