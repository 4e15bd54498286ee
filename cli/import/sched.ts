import type { SchedPlugin } from '../../core/chain/plugin.ts';
import { SCHED_PLUGINS } from '../../core/chain/plugins.ts';
import { quote } from '../../core/chain/syntax.ts';
import { plainly, type Section, textOf } from './configuration.ts';
import { changed, dropped, type Fate, landed } from './fate.ts';
import { type ChainOf, prefixOf, stepOf } from './sched-step.ts';

const CHAIN = 'chain';
const CYCLE_SECONDS = 60;

/** The chain of a section. */
export interface MadeChain {
  /** Undefined: there is none that could be written. */
  readonly text: string | undefined;
  /** Of `schedplugin` and of every `sched.…` key. */
  readonly fates: readonly Fate[];
  /** Why it may not decide as AutoPyFactory did: the queue is paused until somebody has looked. */
  readonly doubts: readonly string[];
  /** What one should know of it all the same. */
  readonly notes: readonly string[];
}

const bySuffix = (name: string): string => name.replace(/SchedPlugin$/, '');

const pluginOf = (name: string): SchedPlugin | undefined =>
  SCHED_PLUGINS.find((plugin) => plugin.name === bySuffix(name));

/** Keys of plugins that the chain does not have, and those that AutoPyFactory misses because of their case. */
const unread = (key: string, plugins: readonly SchedPlugin[]): Fate => {
  const [, plugin = '', name = ''] = /^sched\.([^.]+)\.(.*)$/i.exec(key) ?? [];
  const lower = key.toLowerCase();
  const known = SCHED_PLUGINS.find((of) => of.name.toLowerCase() === plugin.toLowerCase());
  if (known !== undefined && key !== lower && prefixOf(known.name) !== `sched.${plugin}.`) {
    return dropped(
      key,
      `AutoPyFactory does not read it: the case of keys matters; ${prefixOf(known.name)}${name} is one`,
    );
  }
  return dropped(
    key,
    known !== undefined && !plugins.includes(known)
      ? `${known.name} is not in schedplugin: nothing reads it`
      : 'AutoPyFactory has no such plugin: nothing reads it',
  );
};

/** A shorter cycle submits more often; what one cycle may submit is worth a look. */
const cycleNotes = (section: Section, plugins: readonly SchedPlugin[]): readonly string[] => {
  const seconds = Number(textOf(section, 'apfqueue.sleep'));
  if (!(seconds > 0) || seconds === CYCLE_SECONDS) return [];
  return plugins.flatMap(({ name }) => {
    const key = { MaxPerCycle: 'maximum', MinPerCycle: 'minimum', Fixed: 'pilotspercycle' }[name];
    const number = Number(textOf(section, `${prefixOf(name)}${key}`));
    if (key === undefined || !(number > 0)) return [];
    const same = Math.ceil((number * CYCLE_SECONDS) / seconds);
    return [
      `${name}(${number}) was for ${seconds} s and is for ${CYCLE_SECONDS} s now; ${name}(${same}) is the same pace`,
    ];
  });
};

const NO_PLUGIN = 'schedplugin is not set, and AutoPyFactory does not start the queue';

/** Makes the chain of a section out of `schedplugin` and `sched.<plugin>.<parameter>`. */
export const chainOf = (section: Section, of: ChainOf): MadeChain => {
  const read = plainly(section, 'schedplugin');
  const schedKeys = [...section.options.keys()].filter((key) => /^sched\./i.test(key));
  if (read === undefined || !read.ok) {
    const why = read === undefined ? NO_PLUGIN : `schedplugin ${read.why}`;
    const own = read === undefined ? [] : [dropped('schedplugin', read.why)];
    return {
      text: undefined,
      fates: [...own, ...schedKeys.map((key) => unread(key, []))],
      doubts: [why],
      notes: [],
    };
  }
  const names = read.value.split(',').map((name) => name.trim());
  const known = names.map((name) => ({ name, plugin: pluginOf(name) }));
  const unknown = known.filter(({ plugin }) => plugin === undefined).map(({ name }) => name);
  const plugins = known.flatMap(({ plugin }) => (plugin === undefined ? [] : [plugin]));
  const steps = plugins.map((plugin) => stepOf(plugin, section, of));
  const fates = steps.flatMap((step) => step.fates);
  const isTold = new Set(fates.map(({ key }) => key));
  const texts = steps.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const doubts = unknown.map(
    (name) => `schedplugin has ${quote(name)}, which is no sched plugin of AutoPyFactory's`,
  );
  return {
    text: texts.length === 0 ? undefined : texts.join(', '),
    fates: [
      unknown.length === 0
        ? landed('schedplugin', CHAIN)
        : changed(
            'schedplugin',
            CHAIN,
            `${unknown.map(quote).join(', ')} is no sched plugin of AutoPyFactory's and left out`,
          ),
      ...[...new Map(fates.map((fate) => [fate.key, fate])).values()],
      ...schedKeys.filter((key) => !isTold.has(key)).map((key) => unread(key, plugins)),
    ],
    doubts: [
      ...doubts,
      ...(texts.length === 0 ? ['its chain has no step that could be written'] : []),
      ...steps.flatMap((step) => step.doubts),
    ],
    notes: [...new Set([...steps.flatMap((step) => step.notes), ...cycleNotes(section, plugins)])],
  };
};
