/** A view of this age is as good as new: it is one tick old. */
const NEW_SECONDS = 60;

/**
 * How long a worker launched now stays unclaimed before it powers itself off: the queue's own linger, and as much longer
 * as the view was old. A worker that is gone before the view can show that it came would be launched again, for a job
 * that it has done already.
 */
export const lingerAtLaunch = (lingerSeconds: number, viewAgeSeconds: number): number =>
  lingerSeconds + (viewAgeSeconds > NEW_SECONDS ? Math.ceil(viewAgeSeconds) : 0);
