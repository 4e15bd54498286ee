/**
 * A worker counts its longest life from its own boot, some minutes after the call that launched it, and takes a while
 * to power off.
 */
const ENDS_LATE_SECONDS = 600;

/** So long a launch without an outcome may be asked for again: its workers may begin to live so much later. */
export const REPLAYED_SECONDS = 600;

/** When a worker has ended at the latest: it powers itself off at the end of its longest life, even if aerie is dead. */
export const endsBy = (launchedAt: number, maxLifeSeconds: number): number =>
  launchedAt + maxLifeSeconds + ENDS_LATE_SECONDS;

/** A view of this age is as good as new: it is one tick old. */
const NEW_SECONDS = 60;

/**
 * How long a worker launched now stays unclaimed before it powers itself off: the fleet's own linger, and as much longer
 * as the view was old. A worker that is gone before the view can show that it came would be launched again, for a job
 * that it has done already.
 */
export const lingerAtLaunch = (lingerSeconds: number, viewAgeSeconds: number): number =>
  lingerSeconds + (viewAgeSeconds > NEW_SECONDS ? Math.ceil(viewAgeSeconds) : 0);

/**
 * How long one that may sleep lingers after its jobs: a wake takes half a minute, so waiting for longer costs
 * more than it saves (bench: 60 s of it 1.024, 30 s 1.021, and the same wait). Before its first job it waits as long as any other
 * worker: the negotiator has to find it.
 */
export const LINGER_AFTER_JOB_SECONDS = 30;
