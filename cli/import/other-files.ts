import type { Configuration, Section } from './configuration.ts';
import { changed, dropped } from './fate.ts';
import { type Row, rowsOf } from './groups.ts';
import { allDropped } from './keys.ts';
import { noCounterpartOfFactory } from './no-counterpart.ts';
import type { Owner } from './owners.ts';

/** What sort of file a section is of. */
export const kindOf = ({
  name,
  options,
}: Section): 'factory' | 'monitor' | 'credentials' | 'mapping' | 'queue' => {
  if (name === 'Factory') return 'factory';
  if (options.has('monitorplugin')) return 'monitor';
  const keys = [...options.keys()];
  const isQueue = keys.some((key) => /plugin$/.test(key) && key !== 'plugin') || options.has('wmsqueue');
  if (isQueue) return 'queue';
  if (keys.some((key) => /^(x509|ssh)\.|^(baseproxy|proxyfile|vorole|authbasedir)$/.test(key)))
    return 'credentials';
  return /^[A-Z0-9]+STATUS(-[A-Z0-9]+)?$/.test(name) ? 'mapping' : 'queue';
};

const OTHER_FILES = {
  monitor:
    'aerie has metrics, alarms and "aerie status" of its own; the monitor of AutoPyFactory hears no more of the site',
  credentials:
    "the renewal of proxies stays the site's: put the file beside the template, and name it there as x509userproxy",
  mapping: "the endpoint knows HTCondor's and PanDA's states itself; nothing is to be done",
} as const;

export const otherRows = (configuration: Configuration): readonly Row[] =>
  configuration.sections.flatMap((section) => {
    const kind = kindOf(section);
    if (kind === 'queue' || kind === 'factory') return [];
    return rowsOf(
      section,
      allDropped(section, () => OTHER_FILES[kind]),
    );
  });

/** Keys of the factory that the chains have taken up, and all its others. */
export const factoryRows = (factory: Section | undefined, owners: readonly Owner[]): readonly Row[] => {
  if (factory === undefined) return [];
  const isInChain = owners.some(({ knobs }) => knobs.chain?.includes('MaxPerFactory') === true);
  const fates = allDropped(factory, noCounterpartOfFactory).map((fate) => {
    if (fate.key === 'enablequeues') return changed(fate.key, 'state', 'False pauses every queue');
    if (fate.key !== 'maxperfactory.maximum') return fate;
    return isInChain
      ? changed(fate.key, 'chain', "stands in each queue's chain that has MaxPerFactory")
      : dropped(fate.key, 'no chain has MaxPerFactory: nothing reads it');
  });
  return rowsOf(factory, fates);
};

export const idleRows = ({ idle }: Configuration): readonly Row[] =>
  idle.flatMap((section) =>
    rowsOf(
      section,
      allDropped(
        section,
        () =>
          'its file has no section, and AutoPyFactory gives defaults to sections of the same file only: put both into one file',
      ),
    ),
  );
