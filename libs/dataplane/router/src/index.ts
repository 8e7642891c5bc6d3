export * from './contract.ts';
export { buildRouter, updateRouter } from './router.ts';
export { compileRegex, type Regex, type RegexCompilation, type RegexResult } from './regex.ts';
export { isHttpRoute } from './lower.ts';
