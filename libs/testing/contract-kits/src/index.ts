export { createTestPlugin, describePlugin, validatePlugin, type PluginSuite, type TestPlugin } from './plugin.contract.ts';
export { runPlugins, type TestOutcome, type TestResponse } from './run-plugins.ts';
export { testConsumer, testEntities, testKeyAuthCredential, testPluginEntity, testRoute, testService } from './test-entities.ts';
export { createTestExchange, TestExchange, type TestRequest } from './test-exchange.ts';
export { TestHeaders } from './test-headers.ts';
export { TestScope } from './test-scope.ts';
export { TestServices, type LoggedLine } from './test-services.ts';
