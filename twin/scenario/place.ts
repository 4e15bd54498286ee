import { type Place, USUAL_PLACE } from '../../core/settings/place.ts';

/** What a worker's disk offers to pilots. */
export const WORKER_DISK_MB = 90_000;
/** The root volume, of which 20 GiB are not offered. */
export const WORKER_VOLUMES_GB = WORKER_DISK_MB / 1024 + 20;

/** Where its workers live, as its functions are told. */
export const TWIN_PLACE: Place = { ...USUAL_PLACE, diskGb: WORKER_VOLUMES_GB, workerDiskMb: WORKER_DISK_MB };
