import type { PluginEntity } from '@gibbon/contracts/entities';
import type { ObjectRef } from '@gibbon/contracts/resource';
import { json, text, type Answer, type Endpoint, type Question } from '../http/endpoint.ts';
import { configurationEndpoints } from './configuration-endpoints.ts';
import { objectReport, type ObjectReportOptions } from './object-report.ts';

/** What diagnostics are made of. */
export interface DiagnosticsOptions extends ObjectReportOptions {
  /** Whether dumps show secrets. */
  readonly sensitive: boolean;
  hasSecrets(plugin: PluginEntity): boolean;
}

/** Problems in one answer; there are rarely more than some dozen. */
const MAX_PROBLEMS = 1000;

/** What goes on inside of a control plane, for people: configurations, problems, proxies, and why an object is not live. */
export function diagnosticsEndpoints(options: DiagnosticsOptions): readonly Endpoint[] {
  const { inspection } = options;
  return [
    ...configurationEndpoints(options),
    {
      path: '/debug/problems',
      answer: () => {
        const problems = inspection.problems();
        return json(200, { count: problems.length, problems: problems.slice(0, MAX_PROBLEMS) });
      },
    },
    {
      path: '/debug/targets',
      answer: () =>
        json(200, {
          revision: inspection.revision(),
          planes: inspection.planes(),
          publishers: inspection.publishers().map(({ name, applied, revision, targets }) => ({ name, applied, revision, targets })),
        }),
    },
    { path: '/debug/objects/*', answer: (question) => reportOf(question, options) },
  ];
}

async function reportOf({ rest }: Question, options: DiagnosticsOptions): Promise<Answer> {
  const ref = refOf(rest, options);
  if (ref === null)
    return text(404, 'expected /debug/objects/<Kind>/<namespace>/<name>, or /debug/objects/<Kind>/<name> for kinds without namespaces');
  return json(200, await objectReport(ref, options));
}

function refOf([kind = '', first = '', second, ...more]: readonly string[], { kinds }: DiagnosticsOptions): ObjectRef | null {
  if (kind === '' || first === '' || second === '' || more.length > 0) return null;
  // People write kinds in many ways.
  const known = [...kinds.values()].find(({ kind: name, plural }) => [name.toLowerCase(), plural].includes(kind.toLowerCase()));
  const name = known?.kind ?? kind;
  return second === undefined ? { kind: name, namespace: '', name: first } : { kind: name, namespace: first, name: second };
}
