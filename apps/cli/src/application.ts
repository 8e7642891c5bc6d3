import { buildApplication, buildCommand, buildRouteMap, text_en, type Application, type CommandContext } from '@stricli/core';
import { EXIT_USAGE } from './exit-codes.ts';
import { resolveSettings, type Values } from './resolve.ts';
import { settingsOf } from './settings.ts';
import { variablesOf, type CommandName, type Setting } from './settings/setting.ts';

/** Runs one command; resolves with the process's exit code. */
export type CommandRunner = (values: Values) => Promise<number>;

/** Where the application reads and writes. */
export interface CliContext extends CommandContext {
  readonly process: CommandContext['process'] & { exitCode?: number | string | null | undefined };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Flags = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

const SUMMARIES: Readonly<Record<CommandName, string>> = {
  gateway: 'Control plane and data plane in one process: manifests in, traffic through',
  proxy: 'Data plane: serves a declarative configuration and the Admin API',
  controller: 'Control plane: translates manifests to configuration, for a file or for proxies',
};

/** The command line: three commands whose flags come from the table of settings. Runners are loaded only when they run. */
export function buildCli(runners: Readonly<Record<CommandName, () => Promise<CommandRunner>>>, version: string): Application<CliContext> {
  const command = (name: CommandName) =>
    buildCommand<Flags, [], CliContext>({
      docs: {
        brief: SUMMARIES[name],
        fullDescription: `${SUMMARIES[name]}.\n\nEach flag is also a variable: --log-level is GIBBON_LOG_LEVEL. A flag wins over a variable.`,
      },
      parameters: { flags: Object.fromEntries(settingsOf(name).map((setting) => [setting.flag, flagOf(setting)])) as never },
      async func(this: CliContext, flags: Flags) {
        const resolved = resolveSettings(name, flags, this.environment);
        if (!resolved.ok) {
          for (const problem of resolved.problems) this.process.stderr.write(`gibbon ${name}: ${problem}\n`);
          this.process.stderr.write(`Run 'gibbon ${name} --help' for the settings.\n`);
          this.process.exitCode = EXIT_USAGE;
          return;
        }
        const run = await runners[name]();
        this.process.exitCode = await run(resolved.values);
      },
    });
  const routes = buildRouteMap<CommandName, CliContext>({
    routes: { gateway: command('gateway'), proxy: command('proxy'), controller: command('controller') },
    docs: { brief: 'Gibbon: an open Kong-style API gateway and ingress controller' },
  });
  return buildApplication(routes, {
    name: 'gibbon',
    versionInfo: { currentVersion: version },
    determineExitCode: () => 1,
    localization: {
      text: { ...text_en, exceptionWhileRunningCommand: (error) => `gibbon: ${error instanceof Error ? error.message : String(error)}` },
    },
  });
}

function flagOf(setting: Setting): object {
  const brief = `${setting.summary}${suffix(setting)}`;
  if (setting.type === 'switch') return { kind: 'boolean', optional: true, withNegated: false, brief };
  const parsed = { kind: 'parsed', parse: (text: string) => text, optional: true, brief, placeholder: setting.placeholder };
  return setting.type === 'list' ? { ...parsed, variadic: true } : parsed;
}

function suffix(setting: Setting): string {
  const facts = [
    setting.type === 'switch' && setting.default === 'true' ? `off with --${setting.flag}=false` : null,
    setting.choices === undefined ? null : `one of ${setting.choices.join(', ')}`,
    setting.default === null || setting.default === 'false' ? null : `default ${setting.default}`,
    variablesOf(setting).length > 1 ? `also ${variablesOf(setting).slice(1).join(', ')}` : null,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? '' : ` (${facts.join('; ')})`;
}
