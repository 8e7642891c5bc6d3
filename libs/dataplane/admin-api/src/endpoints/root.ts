import type { AdminContext, ListenerInfo, NodeInfo } from '../context.ts';
import type { AdminResponse } from '../http/message.ts';

/**
 * `GET /`: what the node is. Clients read `version`, `configuration.database`, `configuration.router_flavor`,
 * `configuration.proxy_listeners` and `plugins`. `rbac` and `portal` are left out: clients take their absence as off.
 */
export function root(context: AdminContext): AdminResponse {
  const { node } = context;
  const body = {
    tagline: 'Welcome to Gibbon',
    version: node.kongVersion,
    edition: 'community',
    hostname: node.hostname,
    node_id: node.id,
    gibbon: { version: node.gibbonVersion },
    plugins: { available_on_server: availablePlugins(context), enabled_in_cluster: enabledPlugins(context) },
    configuration: settings(node),
    pids: { master: node.pid, workers: [node.pid] },
    timers: { running: 0, pending: 0 },
  };
  return { status: 200, body };
}

/** `GET /plugins/enabled`: names of all plugins that configurations may name. */
export function enabledPluginNames(context: AdminContext): AdminResponse {
  return { status: 200, body: { enabled_plugins: context.plugins().map(({ name }) => name) } };
}

function availablePlugins(context: AdminContext): Readonly<Record<string, { version: string; priority: number }>> {
  return Object.fromEntries(context.plugins().map(({ name, version, priority }) => [name, { version, priority }]));
}

function enabledPlugins(context: AdminContext): readonly string[] {
  return [...new Set(context.configuration().configuration.plugins.map(({ name }) => name))].sort();
}

function settings(node: NodeInfo): Readonly<Record<string, unknown>> {
  return {
    database: 'off',
    role: 'traditional',
    router_flavor: node.routerFlavor,
    proxy_listeners: node.proxyListeners.map(listener),
    admin_listeners: node.adminListeners.map(listener),
    status_listeners: node.statusListeners.map(listener),
    stream_listeners: [],
  };
}

function listener({ ip, port, ssl, http2 }: ListenerInfo): Readonly<Record<string, unknown>> {
  const host = ip.includes(':') ? `[${ip}]` : ip;
  return { ip, port, ssl, http2, listener: `${host}:${port}${ssl ? ' ssl' : ''}${http2 ? ' http2' : ''}` };
}
