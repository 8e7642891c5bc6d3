export { bundleApp, type Bundle } from './bundle.ts';
export { buildAppImage, prepareAppImage, workspaceVersion, type AppImageOptions, type PreparedImage } from './app-image.ts';
export { APP_NAMES, imageName, USER_ID, type AppName } from './apps.ts';
