import type { Configuration, PluginEntity } from '@gibbon/contracts/entities';
import { SHARED_PLANE } from '@gibbon/contracts/translator';
import type { Inspection, PublisherReport } from '@gibbon/controlplane-runtime';
import { documentOf } from '@gibbon/model';
import { json, text, type Answer, type Endpoint, type Question } from '../http/endpoint.ts';
import { redacted } from './redact.ts';

/** What dumps are made of. */
export interface DumpOptions {
  readonly inspection: Inspection;
  /** Whether secrets are shown. */
  readonly sensitive: boolean;
  /** Whether the configuration of a plugin is taken from a Secret. */
  hasSecrets(plugin: PluginEntity): boolean;
}

/**
 * Configurations: paths of Kong's controller, and what it is right now.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/troubleshooting/
 */
export function configurationEndpoints(options: DumpOptions): readonly Endpoint[] {
  const { inspection } = options;
  const ofPublisher = (question: Question, answer: (publisher: PublisherReport) => Answer | null, none: string): Answer => {
    const wanted = question.query.get('publisher');
    const publishers = inspection.publishers().filter(({ name }) => wanted === null || name === wanted);
    if (publishers.length === 0) return text(404, `there is no publisher "${wanted ?? ''}"`);
    for (const publisher of publishers) {
      const found = answer(publisher);
      if (found !== null) return found;
    }
    return text(404, none);
  };
  return [
    { path: '/debug/config/current', answer: (question) => currentConfiguration(question, options) },
    {
      path: '/debug/config/successful',
      answer: (question) =>
        ofPublisher(question, ({ name, successful }) => published(name, successful, options), 'nothing has been published yet'),
    },
    {
      path: '/debug/config/failed',
      answer: (question) => ofPublisher(question, ({ name, failed }) => published(name, failed, options), 'no publication has failed'),
    },
    {
      path: '/debug/config/fallback',
      answer: () => text(404, 'there are no fallback configurations: what is broken is left out entity by entity, see /debug/problems'),
    },
    {
      path: '/debug/config/raw-error',
      answer: (question) =>
        ofPublisher(
          question,
          ({ name, failed }) => {
            if (failed === null) return null;
            const { revision, atMs, error, rejected } = failed;
            return json(200, { publisher: name, revision, time: timeOf(atMs), error, rejected });
          },
          'no publication has failed',
        ),
    },
  ];
}

function currentConfiguration({ query }: Question, options: DumpOptions): Answer {
  const plane = query.get('plane') ?? SHARED_PLANE;
  const { inspection } = options;
  const configuration = inspection.configuration(plane);
  if (configuration === null) return text(404, `there is no plane "${plane}"; there are ${inspection.planes().map(named).join(', ')}`);
  return json(200, { plane, revision: inspection.revision(), config: dump(configuration, options) });
}

function published(publisher: string, published: PublisherReport['successful'], options: DumpOptions): Answer | null {
  if (published === null) return null;
  const { revision, atMs } = published;
  return json(200, { publisher, revision, time: timeOf(atMs), config: dump(published.configuration(), options) });
}

function dump(configuration: Configuration, { sensitive, hasSecrets }: DumpOptions): unknown {
  const shown = sensitive ? configuration : redacted(configuration, hasSecrets);
  return documentOf(shown, { target: 'gibbon', omitDefaults: true });
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function named(plane: string): string {
  return plane === SHARED_PLANE ? '"" (the shared proxies)' : `"${plane}"`;
}
