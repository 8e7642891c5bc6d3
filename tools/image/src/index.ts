export { buildAppImage, workspaceVersion, type AppImageOptions } from './app-image.ts';
export { APP_NAMES, imageName, USER_ID, type AppName } from './apps.ts';
