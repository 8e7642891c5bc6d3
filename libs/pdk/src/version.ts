/** Version that bundled plugins report: the Kong release whose behaviour they have, as Kong's own report the gateway's. */
export const PLUGIN_VERSION = '3.9.1';
