import type { TwinAws } from '../../twin/stage/stage-aws.ts';
import { stageClients, TWIN } from '../stage/clients.ts';
import { openSight } from '../stage/sight.ts';
import { nothingSeen, stageSource } from './stage-source.ts';
import type { PageSource } from './view.ts';

/** The stage of a run, at its own AWS. */
export const twinSource = (aws: TwinAws): PageSource => {
  const clients = stageClients(aws);
  return stageSource(TWIN, () => openSight(TWIN, aws, clients));
};

/** A source that is not there yet: its page says so until it is. */
export const laterSource = (): PageSource & { become(source: PageSource): void } => {
  let source: PageSource = {
    look: async () => {},
    view: async () => nothingSeen(TWIN),
    story: async () => undefined,
  };
  return {
    become(other) {
      source = other;
    },
    look: () => source.look(),
    view: (rangeSeconds) => source.view(rangeSeconds),
    story: (path) => source.story(path),
  };
};
