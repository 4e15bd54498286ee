import type { Cloud, Consoles } from '../../../core/ports.ts';
import { novaConsoles } from './console.ts';
import { launch, type Recipes } from './launch.ts';
import { byId, byLabels } from './look.ts';
import { nova, type OpenStackSite } from './nova.ts';
import { terminate, wake } from './order.ts';
import { permitOf } from './permit.ts';

/** A launch begins no request after this, and the last one may take as long again: together less than a tick's function has. */
const LAUNCH_SECONDS = 25;

/** An OpenStack as aerie asks it, with what its machines say on their consoles. */
export const openstack = (
  site: OpenStackSite,
  recipes: Recipes,
  launchSeconds = LAUNCH_SECONDS,
): { readonly cloud: Cloud; readonly consoles: Consoles } => {
  const asked = nova(site);
  return {
    cloud: {
      launch: (request) => launch(asked, recipes, request, launchSeconds),
      forgetLaunch: ({ clientToken }) => permitOf(asked, clientToken).giveBack(),
      terminate: (instanceIds, hasTime) => terminate(asked, instanceIds, hasTime),
      wake: (wakes, hasTime) => wake(asked, wakes, hasTime),
      // A server that switches itself off is never deleted: there is nothing to be told.
      letStop: async (instanceIds) => ({ taken: instanceIds, refused: [] }),
      describe: (instanceIds, nowSeconds) => byId(asked, instanceIds, nowSeconds),
      list: (tags, nowSeconds) => byLabels(asked, tags, nowSeconds),
    },
    consoles: novaConsoles(asked),
  };
};
