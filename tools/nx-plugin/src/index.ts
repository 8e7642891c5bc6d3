/**
 * Nx plugin of the workspace: every `package.json` under apps/, libs/, tools/ and e2e/ is a project, with tags from its
 * folder and cached targets, and no file of its own for either.
 */
export { createNodesV2, name } from './inference/nodes.ts';
