export { sourceManifests as default } from './module.ts';
