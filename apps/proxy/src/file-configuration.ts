import { readFileSync } from 'node:fs';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Configuration } from '@gibbon/contracts/entities';
import type { Modules } from '@gibbon/contracts/module';
import { modulePlugins, parseDeclarative, type ParseOptions } from '@gibbon/model';

/**
 * Reads a declarative configuration from a file.
 * @throws GatewayError `GW_CONFIG_FILE` that names the file and lists everything that is wrong with it.
 */
export function readConfigurationFile(path: string, modules: Modules): Configuration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = codeOf(cause) === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new GatewayError('GW_CONFIG_FILE', `cannot read the configuration ${path}: ${reason}`, { source: 'config', cause });
  }
  const parsed = parseDeclarative(text, { fileName: path, ...parseOptionsOf(modules) });
  if (parsed.ok) return parsed.configuration;
  const problems = parsed.errors.map(({ location, message }) => `\n  ${location === '' ? '' : `${location}: `}${message}`);
  throw new GatewayError('GW_CONFIG_FILE', `the configuration ${path} is not valid:${problems.join('')}`, { source: 'config' });
}

/** What a document may have: the plugins and the balancers of this build, and routes of either form. */
export function parseOptionsOf(modules: Modules): Pick<ParseOptions, 'plugins' | 'algorithms' | 'routerFlavor'> {
  const algorithms = modules.list('balancer').map(({ id }) => id.slice('balancer.'.length));
  return { plugins: modulePlugins(modules), algorithms, routerFlavor: 'both' };
}
