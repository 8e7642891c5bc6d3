/** The commands of `gibbon` that have an image of their own. */
export type AppName = 'controller' | 'proxy' | 'gateway';

/** What an image is about. */
export interface App {
  readonly title: string;
  /** Ports that the app's defaults open to others, as a note in the image. */
  readonly ports: readonly string[];
}

/** The apps that images are made of. */
export const APPS: Readonly<Record<AppName, App>> = {
  controller: { title: 'Gibbon control plane', ports: [] },
  proxy: { title: 'Gibbon data plane', ports: ['8000/tcp', '8443/tcp'] },
  gateway: { title: 'Gibbon control plane and data plane in one process', ports: ['8000/tcp', '8443/tcp'] },
};

export const APP_NAMES = Object.keys(APPS) as readonly AppName[];

/** User and group that run the apps. Numbers, so that a cluster can tell that they are not root. */
export const USER_ID = 1000;

/** The reference under which an image is known: nothing pulls it, so it names no registry that exists. */
export function imageName(app: AppName, version: string): string {
  return `gibbon.dev/${app}:${version}`;
}
