import type { Ledger } from '../../core/ledger.ts';
import type { OpenLaunch } from '../../core/model/launch.ts';
import type { AtOnce } from './maps.ts';
import { changeIf, type Maps, putOnce } from './maps.ts';

export const memoryLaunches = ({ launches, workers, pastLaunches }: Maps): AtOnce<Ledger['launches']> => {
  const isStillIntended = (there: OpenLaunch | undefined, { intendedBy }: OpenLaunch): boolean =>
    there !== undefined && intendedBy !== undefined && there.intendedBy === intendedBy;
  return {
    isAnyOpen: () => launches.size > 0,
    open(launch) {
      const { launchId } = launch.request;
      const there = launches.get(launchId);
      const isOurs =
        there === undefined ||
        (there.intendedBy !== undefined &&
          launch.intendedBy !== undefined &&
          there.intendedBy < launch.intendedBy);
      if (pastLaunches.has(launchId) || !isOurs) return false;
      launches.set(launchId, launch);
      return true;
    },
    ask: (launch) =>
      changeIf(launches, launch.request.launchId, (there) => {
        const { intendedBy: _, ...requested } = there;
        return isStillIntended(there, launch) ? requested : undefined;
      }),
    withdraw(launch) {
      const { launchId } = launch.request;
      return isStillIntended(launches.get(launchId), launch) && launches.delete(launchId);
    },
    unanswered: ({ request, unansweredAt }, at) =>
      changeIf(launches, request.launchId, (there) =>
        there.unansweredAt === unansweredAt ? { ...there, unansweredAt: at } : undefined,
      ),
    tokenKnown({ request }, tokenKnownAt) {
      changeIf(launches, request.launchId, (there) =>
        there.tokenKnownAt === undefined ? { ...there, tokenKnownAt } : undefined,
      );
    },
    close({ request }, brought, outcome) {
      for (const worker of brought) putOnce(workers, worker.instanceId, { worker });
      pastLaunches.set(request.launchId, outcome);
      launches.delete(request.launchId);
    },
  };
};
