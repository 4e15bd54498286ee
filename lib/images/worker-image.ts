/** What an image has to fit to. */
interface Imaged {
  readonly image: string;
  readonly worker?: { readonly os: string } | undefined;
  readonly workerUserData?: string | undefined;
}

const DEBIAN = '/aws/service/debian/release/13/';

/** What the last part of a distribution's own parameter says of the processors, by the setting that names the image. */
export const ARCHITECTURES = { image: 'amd64', arm64Image: 'arm64' } as const;

/** Why an image that AWS or a distribution publishes cannot become a worker, if it is known that it cannot. */
export const unfit = (
  { image, worker, workerUserData }: Imaged,
  architecture: 'amd64' | 'arm64',
): string | undefined => {
  if (!image.startsWith('/aws/service/') || workerUserData !== undefined) return undefined;
  if (worker === undefined || worker.os === 'baked') {
    return `is ${image}, a plain image that becomes no worker by itself; give "worker" an os that sets it up, or the id of an image of your own`;
  }
  const isDebian = image.startsWith(DEBIAN) && image.endsWith(`/${architecture}`);
  if (worker.os === 'debian' && isDebian) return undefined;
  const allowed =
    worker.os === 'debian'
      ? `Debian 13, such as ${DEBIAN}latest/${architecture}`
      : 'the AMI id of an AlmaLinux 9';
  return `is ${image}, which user-data for "${worker.os}" does not fit; expected ${allowed}`;
};
