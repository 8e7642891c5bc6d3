export { describeBalancer, testPeer, type BalancerSuite } from './balancer.contract.ts';
export { CollectingSink, objectKeyOf } from './collecting-sink.ts';
export { describeHealthCheck, type ClassifyCase, type HealthSuite, type ProbeCase } from './health.contract.ts';
export { createTestPlugin, describePlugin, validatePlugin, type PluginSuite, type TestPlugin } from './plugin.contract.ts';
export { describePublisher, type PublisherSuite, type PublisherTarget } from './publisher.contract.ts';
export { runPlugins, type TestOutcome, type TestResponse } from './run-plugins.ts';
export { describeSource, type SourceSuite, type SourceWorld } from './source.contract.ts';
export { testConsumer, testEntities, testKeyAuthCredential, testPluginEntity, testRoute, testService } from './test-entities.ts';
export { createTestExchange, TestExchange, type TestRequest } from './test-exchange.ts';
export { TestHeaders } from './test-headers.ts';
export { TestScope } from './test-scope.ts';
export { TestServices, type LoggedLine } from './test-services.ts';
export { arbitraryObject } from './translation/arbitrary-objects.ts';
export { configurationOf } from './translation/configuration-of.ts';
export { expectedOf, readGoldenCases, UPDATE_GOLDEN, type GoldenCase } from './translation/golden-files.ts';
export {
  DEFAULT_SETTINGS,
  KONG_TARGET,
  makeResourceKinds,
  makeTranslators,
  type TranslationSetup,
} from './translation/make-translators.ts';
export { admitObjects, parseManifests, withoutDependants, type Admission } from './translation/manifests.ts';
export { endpointSlice, ingress, kubeObject, plugin, service, type IngressOptions } from './translation/object-builders.ts';
export { draftsByPlane } from './translation/plane-drafts.ts';
export {
  comparable,
  readReferenceCases,
  readReferenceGolden,
  type ReferenceCase,
  type ReferenceConfiguration,
} from './translation/reference-cases.ts';
export { caseSettings, describeFailure, renderCase, type CaseSettings, type RenderModules } from './translation/render.ts';
export { translateAll, type FullTranslation, type ReadLog } from './translation/translate-all.ts';
export { describeTranslator, type TranslatorSuite } from './translator.contract.ts';
