export { publisherFile as default } from './module.ts';
