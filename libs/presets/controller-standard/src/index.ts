import type { AnyModule } from '@gibbon/contracts/module';
import adminApiPublisher from '@gibbon/publisher-admin-api';
import filePublisher from '@gibbon/publisher-file';
import inProcessPublisher from '@gibbon/publisher-in-process';
import coreResources from '@gibbon/resource-core';
import gatewayApiResources from '@gibbon/resource-gateway-api';
import ingressResources from '@gibbon/resource-ingress';
import kongResources from '@gibbon/resource-kong';
import kubernetes from '@gibbon/source-kubernetes';
import manifests from '@gibbon/source-manifests';
import backends from '@gibbon/translator-backends';
import certificates from '@gibbon/translator-certificates';
import consumers from '@gibbon/translator-consumers';
import gateway from '@gibbon/translator-gateway';
import httpRoute from '@gibbon/translator-http-route';
import ingress from '@gibbon/translator-ingress';
import plugins from '@gibbon/translator-plugins';

/** The standard modules of the control plane. An app adds to the list, filters it, or replaces members by id. */
export const controllerStandard: readonly AnyModule[] = [
  manifests,
  kubernetes,
  coreResources,
  gatewayApiResources,
  ingressResources,
  kongResources,
  backends,
  certificates,
  consumers,
  gateway,
  httpRoute,
  ingress,
  plugins,
  adminApiPublisher,
  filePublisher,
  inProcessPublisher,
];
