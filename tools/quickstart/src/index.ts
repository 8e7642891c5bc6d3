export { runQuickStart, type QuickStart } from './quickstart.ts';
